import { useQuery } from '@tanstack/react-query';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';

/** One dataset; it never changes. */
export function useDataset(id: number) {
  return useQuery({
    queryKey: keys.dataset(id),
    queryFn: ({ signal }) => call(api.getDataset, { params: { id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
