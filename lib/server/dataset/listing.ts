import type { DatasetRow } from './candidate.ts';

/** After a listing prices move as they hardly do again: so many of a series' first stored bars are looked at apart. */
export const LISTING_BARS = 500;

/** By series id, the open time of the last bar of its listing. */
export type ListingEnds = ReadonlyMap<number, number>;

/**
 * Where the listing of each series of `rows` ends: at its 500th stored bar, or with a shorter series itself. A series
 * without stored bars has no such bar.
 * @param readStamp the open time of bar `index` of a bar file, ms UTC, or of its last where it has fewer
 */
export async function findListingEnds(
  rows: readonly DatasetRow[],
  readStamp: (barsKey: string, index: number) => Promise<number>,
): Promise<ListingEnds> {
  const ends = new Map<number, number>();
  for (const { series } of rows) {
    if (series.barsKey === null || ends.has(series.id)) continue;
    ends.set(series.id, await readStamp(series.barsKey, LISTING_BARS - 1));
  }
  return ends;
}

/** 1 for each row whose bar t belongs to the listing of its series, else 0. */
export function markListings(rows: readonly DatasetRow[], ends: ListingEnds): Int8Array {
  return Int8Array.from(rows, ({ series, candidate }) => {
    const end = ends.get(series.id);
    return end !== undefined && candidate.ts <= end ? 1 : 0;
  });
}
