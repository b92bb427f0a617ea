import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRefreshWhenJobsEnd } from '@/components/jobs/use-jobs.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { snapshotOf } from '@/lib/client/label/held-item.ts';
import { api } from '@/lib/contract/api.ts';
import type { ShownWindow } from '@/lib/contract/window.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';

/** What was found in a dataset, asked for again whenever a check has ended. */
export function useChecks(id: number) {
  useRefreshWhenJobsEnd('check', keys.datasetChecks(id));
  return useQuery({
    queryKey: keys.datasetChecks(id),
    queryFn: ({ signal }) => call(api.datasetChecks, { params: { id }, signal }),
  });
}

export function useCheckAgain(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { version: string | null; cosine: number }) =>
      call(api.checkDataset, { params: { id }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs }),
  });
}

/** A window made ready to be drawn. */
export type DrawnWindow = ReturnType<typeof open>;

/** Windows by the hash of their bars; those that are not stored any more are missing. */
export function useShownWindows(hashes: readonly string[]) {
  const asked = [...new Set(hashes)].sort();
  return useQuery({
    queryKey: keys.shownWindows(asked),
    queryFn: async ({ signal }) => {
      const { windows } = await call(api.showWindows, { query: { hashes: asked.join(',') }, signal });
      return windows.map(open);
    },
    enabled: asked.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function open({ snapshot, ...window }: ShownWindow) {
  const { bars, indicators, windowStart } = openSnapshot(snapshotOf(snapshot));
  return { ...window, shown: { bars, ema: indicators.ema, windowStart, shapes: [] } };
}
