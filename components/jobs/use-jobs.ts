import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { JobKind } from '@/lib/contract/jobs.ts';
import { isGoing } from './job-words.ts';

const LIVE_MS = 1_000;
const CALM_MS = 10_000;

/** The newest jobs, all or of one kind, every second while one is going on. */
export function useJobs(kind?: JobKind) {
  return useQuery({
    queryKey: [...keys.jobs, 'list', kind ?? 'all'],
    queryFn: ({ signal }) => call(api.listJobs, { query: { kind, limit: 200 }, signal }),
    refetchInterval: (query) =>
      query.state.data?.jobs.some((job) => isGoing(job.state)) ? LIVE_MS : CALM_MS,
  });
}

/** One job until it has ended; none without an id. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: keys.job(id ?? ''),
    queryFn: ({ signal }) => call(api.getJob, { params: { id: id ?? '' }, signal }),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && !isGoing(query.state.data.state) ? false : LIVE_MS),
  });
}

export function useCancelJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.cancelJob, { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.jobs }),
  });
}

/** Asks again for what jobs of a kind change, each time that one of them ends. */
export function useRefreshWhenJobsEnd(kind: JobKind, queryKey: readonly unknown[]) {
  const client = useQueryClient();
  const { data } = useJobs(kind);
  const ended = data?.jobs.filter((job) => !isGoing(job.state)).length;
  const before = useRef(ended);
  useEffect(() => {
    if (before.current !== undefined && before.current !== ended) void client.invalidateQueries({ queryKey });
    before.current = ended;
  }, [client, ended, queryKey]);
  return data;
}
