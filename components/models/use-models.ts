import { useQuery } from '@tanstack/react-query';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJobs } from '@/components/jobs/use-jobs.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';

/** Versions and the log of alias changes; often while a version's predictions are being made. */
export function useVersions() {
  const { data: jobs } = useJobs('predict');
  const predicting = jobs?.jobs.some((job) => isGoing(job.state)) ?? false;
  return useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => call(api.listVersions, { signal }),
    refetchInterval: predicting ? 2_000 : 15_000,
  });
}

/** A version's metrics.json; it never changes. */
export function useMetrics(name: string) {
  return useQuery({
    queryKey: keys.metrics(name),
    queryFn: async ({ signal }) =>
      metricsSchema.parse(await call(api.getMetrics, { params: { name }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
