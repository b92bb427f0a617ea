'use client';

import { useQuery } from '@tanstack/react-query';
import { parseAsInteger, useQueryState } from 'nuqs';
import { call } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { LabelSkeleton, Message } from './states.tsx';
import { Workbench } from './workbench.tsx';

/** The label page: finds the queue (the one in the address, else the default) and opens the workbench on it. */
export function LabelPage({ person }: { person: { id: string; role: Role } }) {
  const [chosen, choose] = useQueryState('queue', parseAsInteger);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['queues'],
    queryFn: ({ signal }) => call(api.listQueues, { signal }),
    // The list only names queues; what remains in this one comes with its progress. None may be one a moment later.
    staleTime: ({ state }) => (state.data?.queues.length ? 60_000 : 0),
  });
  if (error && !data) {
    return (
      <Message
        title="The queues could not be read"
        act={{ words: 'Try again', run: () => void refetch(), busy: isFetching }}
      >
        {error.message} Answers kept in this browser are safe.
      </Message>
    );
  }
  if (!data) return <LabelSkeleton />;
  const queue =
    data.queues.find(({ id }) => id === chosen) ??
    data.queues.find(({ isDefault }) => isDefault) ??
    data.queues[0];
  if (!queue) {
    return holdsRole(person.role, 'admin') ? (
      <Message title="There is nothing to label yet" act={{ words: 'Import bars', href: '/data' }}>
        A queue fills itself from the windows that a scan finds in imported bars.
      </Message>
    ) : (
      <Message
        title="There is nothing to label yet"
        act={{ words: 'Look again', run: () => void refetch(), busy: isFetching }}
      >
        An admin imports bars first; the windows found in them then stand here.
      </Message>
    );
  }
  return (
    <Workbench
      key={`${person.id}:${queue.id}`}
      person={person}
      queueId={queue.id}
      queues={data.queues}
      onChoose={(id) => void choose(id)}
    />
  );
}
