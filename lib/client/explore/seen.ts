import { z } from '@/lib/contract/zod.ts';

/** Furthest stamps by series, as they are kept. */
const keptSchema = z.record(z.string(), z.number());

/** Where what a person has seen is kept; `localStorage` has it. */
export type SeenStorage = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * The furthest bar of each series that a person has had on screen in this browser, in any tab, also before a reload. A
 * label of a window that ends before it was given by somebody who knew what came next.
 */
export interface Seen {
  /** Stamp of the furthest bar seen; null where none was. */
  furthest(seriesId: number): number | null;
  /** Must be told of bars before they are painted. */
  see(seriesId: number, ts: number): void;
  /** Whether bars after `ts` have been on screen; true where that cannot be known. */
  sawAfter(seriesId: number, ts: number): boolean;
}

/**
 * @param storage null where this browser keeps nothing: then nobody can know what was seen before
 * @param person whose eyes they were
 */
export function createSeen(storage: SeenStorage | null, person: string): Seen {
  const key = `halyard-seen:${person}`;
  let broken = storage === null;
  let known: Record<string, number> = {};

  /** Another tab may have shown more meanwhile. */
  function look(): Record<string, number> {
    if (storage === null || broken) return known;
    try {
      for (const [seriesId, ts] of Object.entries(
        keptSchema.parse(JSON.parse(storage.getItem(key) ?? '{}')),
      )) {
        known[seriesId] = Math.max(known[seriesId] ?? Number.NEGATIVE_INFINITY, ts);
      }
    } catch {
      // Forbidden, or damaged.
      broken = true;
    }
    return known;
  }

  return {
    furthest: (seriesId) => look()[seriesId] ?? null,
    see(seriesId, ts) {
      if (ts <= (known[seriesId] ?? Number.NEGATIVE_INFINITY)) return;
      known = { ...look(), [seriesId]: Math.max(look()[seriesId] ?? ts, ts) };
      if (storage === null || broken) return;
      try {
        storage.setItem(key, JSON.stringify(known));
      } catch {
        // Full or forbidden: from now on a reload would forget, so nothing may be called unseen.
        broken = true;
      }
    },
    sawAfter(seriesId, ts) {
      const furthest = look()[seriesId];
      return broken || (furthest !== undefined && furthest > ts);
    },
  };
}
