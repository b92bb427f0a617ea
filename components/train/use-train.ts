import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRefreshWhenJobsEnd } from '@/components/jobs/use-jobs.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Run } from '@/lib/contract/train.ts';

const LIVE_MS = 1_000;
const CALM_MS = 15_000;

export function isTraining({ state }: Pick<Run, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** All datasets, asked for again whenever one has been built. */
export function useDatasets() {
  useRefreshWhenJobsEnd('dataset', keys.datasets);
  return useQuery({
    queryKey: keys.datasets,
    queryFn: ({ signal }) => call(api.listDatasets, { signal }),
  });
}

export function useRuns() {
  return useQuery({
    queryKey: keys.runs,
    queryFn: ({ signal }) => call(api.listRuns, { signal }),
    refetchInterval: (query) => (query.state.data?.runs.some(isTraining) ? LIVE_MS : CALM_MS),
  });
}

/** One run and its epochs, every second while it trains; none without an id. */
export function useRun(id: number | null) {
  return useQuery({
    queryKey: keys.run(id ?? 0),
    queryFn: ({ signal }) => call(api.getRun, { params: { id: id ?? 0 }, signal }),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && isTraining(query.state.data.run) ? LIVE_MS : CALM_MS),
  });
}

/** The newest learning curves; often while one of their runs trains. */
export function useLearningCurves() {
  return useQuery({
    queryKey: keys.learningCurves,
    queryFn: ({ signal }) => call(api.listLearningCurves, { signal }),
    refetchInterval: (query) =>
      query.state.data?.curves.some(({ runs }) => runs.some(isTraining)) ? 2 * LIVE_MS : CALM_MS,
  });
}

/** Runs side by side, as `12,14`; often while one of them trains. */
export function useComparedRuns(runs: string) {
  return useQuery({
    queryKey: keys.comparedRuns(runs),
    queryFn: ({ signal }) => call(api.compareRuns, { query: { runs }, signal }),
    enabled: runs !== '',
    refetchInterval: (query) =>
      query.state.data?.runs.some(({ run }) => isTraining(run)) ? 2 * LIVE_MS : CALM_MS,
  });
}

/** Stops a run or goes on with one. */
export function useRunAct(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (act: 'cancel' | 'resume') => {
      await call(act === 'cancel' ? api.cancelRun : api.resumeRun, { params: { id } });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.runs }),
        client.invalidateQueries({ queryKey: keys.jobs }),
      ]),
  });
}

/** What is still being made; asked for often until the trainer is ready and a worker lives. */
export function useSystem() {
  return useQuery({
    queryKey: keys.system,
    queryFn: ({ signal }) => call(api.systemStatus, { signal }),
    refetchInterval: (query) => {
      const status = query.state.data;
      return status && status.trainer.state === 'ready' && status.workersAlive > 0 ? CALM_MS : 3_000;
    },
  });
}
