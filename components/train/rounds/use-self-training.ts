import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { NewSelfTraining, Round } from '@/lib/contract/self-training.ts';

const LIVE_MS = 2_000;
const CALM_MS = 15_000;

export const isGoingOn = ({ state }: Pick<Round, 'state'>): boolean =>
  state === 'running' || state === 'auditing';

/** Self-trainings with their rounds, newest first; often while one of these goes on. */
export function useSelfTrainings() {
  return useQuery({
    queryKey: keys.selfTrainings,
    queryFn: ({ signal }) => call(api.listSelfTrainings, { signal }),
    refetchInterval: (query) =>
      query.state.data?.selfTrainings.some(({ rounds }) => rounds.some(isGoingOn)) ? LIVE_MS : CALM_MS,
  });
}

/** Asks again for all that a round's beginning or end changes. */
function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      [keys.selfTrainings, keys.runs, keys.jobs, keys.models, keys.queues].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
}

export function useStartSelfTraining(onStarted: (id: number) => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: NewSelfTraining) => call(api.startSelfTraining, { body }),
    onSuccess: async ({ id }) => {
      await refresh();
      onStarted(id);
    },
  });
}

export type RoundAct =
  | { readonly act: 'continue' }
  | { readonly act: 'cancel' }
  | { readonly act: 'reject' | 'revert'; readonly reason: string };

/** Goes on with a round, stops it, ends it for good or takes it back. */
export function useRoundAct(id: number) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (asked: RoundAct) => {
      const params = { id };
      if (asked.act === 'continue') await call(api.continueRound, { params });
      else if (asked.act === 'cancel') await call(api.cancelRound, { params });
      else {
        const body = { reason: asked.reason };
        if (asked.act === 'reject') await call(api.rejectRound, { params, body });
        else await call(api.revertRound, { params, body });
      }
    },
    onSettled: refresh,
  });
}
