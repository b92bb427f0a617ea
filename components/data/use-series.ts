import { useQuery } from '@tanstack/react-query';
import { useRefreshWhenJobsEnd } from '@/components/jobs/use-jobs.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';

/** All series and rule sets. */
export function useSeries() {
  return useQuery({
    queryKey: keys.series,
    queryFn: ({ signal }) => call(api.listSeries, { signal }),
    staleTime: 15_000,
  });
}

/** All series, asked for again whenever an import or a scan ends; and how many of these are going on. */
export function useLiveSeries() {
  useRefreshWhenJobsEnd('import', keys.series);
  useRefreshWhenJobsEnd('scan', keys.series);
  return useSeries();
}
