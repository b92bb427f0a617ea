import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Alias } from '@/lib/contract/models.ts';

/** Asks again for what a change of an alias or a version changes. */
export function useRefreshModels() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.models }),
      client.invalidateQueries({ queryKey: keys.jobs }),
    ]);
}

/** Back to a former champion, to the one before this where none is named. */
export function useRollBack() {
  const refresh = useRefreshModels();
  return useMutation({
    mutationFn: (given: { to?: string; reason?: string }) => call(api.rollBack, { body: given }),
    onSuccess: refresh,
  });
}

export function useWithdraw() {
  const refresh = useRefreshModels();
  return useMutation({
    mutationFn: (alias: Exclude<Alias, 'champion'>) =>
      call(api.withdrawAlias, { params: { alias }, body: {} }),
    onSuccess: refresh,
  });
}

/** Out of the way, or back. */
export function useArchive() {
  const refresh = useRefreshModels();
  return useMutation({
    mutationFn: ({ name, archived }: { name: string; archived: boolean }) =>
      call(archived ? api.archiveVersion : api.restoreVersion, { params: { name } }),
    onSuccess: refresh,
  });
}
