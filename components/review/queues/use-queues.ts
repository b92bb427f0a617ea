import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { ManagedQueue, QueueChange } from '@/lib/contract/queue.ts';

const LIVE_MS = 2_000;
const CALM_MS = 15_000;
/** The server's counts may be a little older than the order that changed them. */
const SETTLING_MS = 20_000;

interface Listed {
  queues: ManagedQueue[];
}

/** All queues; asked for often while one is being ordered or worked on. */
export function useQueues() {
  return useQuery({
    queryKey: keys.managedQueues,
    queryFn: ({ signal }) => call(api.getQueues, { signal }),
    refetchInterval: ({ state }) => (state.data?.queues.some(isMoving) ? LIVE_MS : CALM_MS),
  });
}

function isMoving({ orderingJob, lastOrder }: ManagedQueue): boolean {
  return orderingJob !== null || (lastOrder !== null && Date.now() - Date.parse(lastOrder.at) < SETTLING_MS);
}

/** What the form of a queue offers. */
export function useQueueChoices() {
  return useQuery({
    queryKey: keys.queueChoices,
    queryFn: ({ signal }) => call(api.getQueueChoices, { signal }),
    staleTime: CALM_MS,
  });
}

export type Toggle = Pick<QueueChange, 'paused' | 'archived'>;

/** Pauses, resumes, archives or brings back a queue; shown at once, and taken back where the server refuses. */
export function useToggleQueue() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: number; change: Toggle }) =>
      call(api.updateQueue, { params: { id }, body: change }),
    onMutate: async ({ id, change }) => {
      await client.cancelQueries({ queryKey: keys.managedQueues });
      const before = client.getQueryData<Listed>(keys.managedQueues);
      client.setQueryData<Listed>(keys.managedQueues, (list) =>
        list
          ? { queues: list.queues.map((queue) => (queue.id === id ? toggled(queue, change) : queue)) }
          : list,
      );
      return { before };
    },
    onError: (_, __, context) => client.setQueryData(keys.managedQueues, context?.before),
    onSettled: () => client.invalidateQueries({ queryKey: keys.queues }),
  });
}

function toggled(queue: ManagedQueue, { paused = queue.paused, archived }: Toggle): ManagedQueue {
  const archivedAt = archived === undefined ? queue.archivedAt : archived ? new Date().toISOString() : null;
  return { ...queue, archivedAt, paused: paused || archivedAt !== null };
}

/** Has a queue's order made anew. */
export function useOrderQueue() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => call(api.orderQueue, { params: { id } }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.queues }),
        client.invalidateQueries({ queryKey: keys.jobs }),
      ]),
  });
}
