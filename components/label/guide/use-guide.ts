import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { useLabel } from '../use-label-store.ts';

/** How long a page may label by a version before it asks whether there is a newer one. */
const FRESH_MS = 300_000;

/** The class guide in force, or another version of it. */
export function useGuide(version: number | null) {
  return useQuery({
    queryKey: version === null ? keys.guide : keys.guideVersion(version),
    queryFn: ({ signal }) => call(api.getGuide, { query: version === null ? {} : { version }, signal }),
    placeholderData: keepPreviousData,
    staleTime: version === null ? FRESH_MS : Number.POSITIVE_INFINITY,
    ...(version === null ? { refetchInterval: FRESH_MS } : {}),
  });
}

/** Has the answers say which guide they are given by. */
export function useGuideVersion(): void {
  const { data } = useGuide(null);
  const setGuideVersion = useLabel((state) => state.setGuideVersion);
  const number = data?.number;
  useEffect(() => {
    if (number !== undefined) setGuideVersion(number);
  }, [number, setGuideVersion]);
}
