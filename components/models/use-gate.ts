import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useRefreshWhenJobsEnd } from '@/components/jobs/use-jobs.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Job } from '@/lib/contract/jobs.ts';

/** The newest gate of a version, against the champion where nobody else is named. */
export function useGate(name: string, against?: string) {
  return useQuery({
    queryKey: keys.gate(name, against ?? null),
    queryFn: ({ signal }) => call(api.getGate, { params: { name }, query: { against }, signal }),
  });
}

/** Starts a gate; `job` is one of this version that is going on, whoever started it. */
export function useRunGate(name: string, against?: string) {
  const client = useQueryClient();
  const jobs = useRefreshWhenJobsEnd('gate', keys.models);
  const run = useMutation({
    mutationFn: () => call(api.runGate, { params: { name }, body: { against } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs }),
  });
  const job: Job | null =
    jobs?.jobs.find(({ state, title }) => isGoing(state) && title.split(' ').includes(name)) ?? null;
  return { run, job };
}
