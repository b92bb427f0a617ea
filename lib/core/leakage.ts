import { EMBARGO_BARS, embargoFor, type Split } from './split.ts';

/** A row of a data set as these checks see it. They know nothing of how it got its split. */
export interface PlacedRow {
  readonly series: string;
  readonly timeframeMs: number;
  /** Open times of the window's first bar and of bar t, ms UTC. */
  readonly firstTs: number;
  readonly ts: number;
  readonly split: Split;
  /** Rows of one event have one number. */
  readonly event: number;
}

/** A row that another one, or a gold window, gives away. Numbers are places among the rows. */
export interface Leak {
  readonly row: number;
  /** Null where it is no row of the data set. */
  readonly other: number | null;
  /** How bad it is, in the unit that the check states; the worst is the largest. */
  readonly size: number;
}

export interface Leaks {
  /** Rows that were looked at. */
  readonly rows: number;
  /** Rows that leak. */
  readonly found: number;
  /** The worst of them, the worst first. */
  readonly worst: readonly Leak[];
}

/** Training knows nothing of what comes later; the two tests lie in the same dates and may. */
const ORDER: Readonly<Record<Split, number>> = { train: 0, validation: 1, test: 2, unseen: 2 };

/** Keeps the worst of the leaks that it is told. */
export function gatherLeaks(rows: number, most: number): { add(leak: Leak): void; leaks(): Leaks } {
  const worst: Leak[] = [];
  let found = 0;
  return {
    add(leak) {
      found++;
      if (worst.length === most && leak.size <= worst[most - 1].size) return;
      let at = worst.length;
      while (at > 0 && worst[at - 1].size < leak.size) at--;
      worst.splice(at, 0, leak);
      worst.length = Math.min(worst.length, most);
    },
    leaks: () => ({ rows, found, worst }),
  };
}

/** Rows whose event has a row in another split before them; the size is how far apart they are, ms. */
export function findSplitEvents(rows: readonly PlacedRow[], most: number): Leaks {
  const gathered = gatherLeaks(rows.length, most);
  const first = new Map<number, number>();
  for (const [row, { event, split, ts }] of rows.entries()) {
    const other = first.get(event);
    if (other === undefined) first.set(event, row);
    else if (rows[other].split !== split) gathered.add({ row, other, size: Math.abs(ts - rows[other].ts) });
  }
  return gathered.leaks();
}

/**
 * Rows of an earlier split that close less than the embargo, 64 bars of the longest timeframe, before the first bar of
 * any row of a later one, of whatever series; the size is how much is missing, ms.
 */
export function findBrokenEmbargo(rows: readonly PlacedRow[], most: number): Leaks {
  const gathered = gatherLeaks(rows.length, most);
  const embargoMs = embargoFor([0, ...new Set(rows.map(({ timeframeMs }) => timeframeMs))]);
  // Of each rank, the row that begins first among those of a higher one.
  const next: (number | null)[] = [null, null];
  for (const [row, { split, firstTs }] of rows.entries()) {
    for (let rank = 0; rank < ORDER[split]; rank++) {
      const known = next[rank];
      if (known === null || firstTs < rows[known].firstTs) next[rank] = row;
    }
  }
  for (const [row, { split, ts, timeframeMs }] of rows.entries()) {
    const other = next[ORDER[split]] ?? null;
    if (other === null) continue;
    const missing = ts + timeframeMs + embargoMs - rows[other].firstTs;
    if (missing > 0) gathered.add({ row, other, size: missing });
  }
  return gathered.leaks();
}

/** Rows that hold a bar of their series which a row of another split holds too; the size is how many bars. */
export function findSharedBars(rows: readonly PlacedRow[], most: number): Leaks {
  const gathered = gatherLeaks(rows.length, most);
  for (const places of bySeries(rows).values()) {
    // The row of each split that ends last of those so far.
    const last = new Map<Split, number>();
    for (const row of places) {
      const { split, firstTs, timeframeMs } = rows[row];
      let other: number | null = null;
      for (const [of, place] of last) {
        const isNearer = other === null || rows[place].ts > rows[other].ts;
        if (of !== split && rows[place].ts >= firstTs && isNearer) other = place;
      }
      if (other !== null)
        gathered.add({ row, other, size: Math.round((rows[other].ts - firstTs) / timeframeMs) + 1 });
      last.set(split, row);
    }
  }
  return gathered.leaks();
}

/** The bars that a gold window holds: open times of its first and of bar t, ms UTC. */
export interface GoldSpan {
  readonly firstTs: number;
  readonly ts: number;
}

/**
 * Rows of training and validation that end within 64 bars of a gold window of their series, or share a bar with one;
 * the size is 64 less the bars between their ends, negative where only gaps bring them together.
 */
export function findNearGold(
  rows: readonly PlacedRow[],
  gold: ReadonlyMap<string, readonly GoldSpan[]>,
  most: number,
): Leaks {
  const learnt = rows.filter(({ split }) => ORDER[split] < 2).length;
  const gathered = gatherLeaks(learnt, most);
  for (const [row, { series, split, firstTs, ts, timeframeMs }] of rows.entries()) {
    if (ORDER[split] === 2) continue;
    let nearest = Number.POSITIVE_INFINITY;
    for (const one of gold.get(series) ?? []) {
      const apart = Math.abs(one.ts - ts) / timeframeMs;
      const isNear = apart <= EMBARGO_BARS || (one.firstTs <= ts && firstTs <= one.ts);
      if (isNear && apart < nearest) nearest = apart;
    }
    if (nearest < Number.POSITIVE_INFINITY) gathered.add({ row, other: null, size: EMBARGO_BARS - nearest });
  }
  return gathered.leaks();
}

/** Rows whose image a row of another split before them has too, to the bit; the size is always 1. */
export function findEqualImages(
  rows: readonly PlacedRow[],
  imageHashes: readonly string[],
  most: number,
): Leaks {
  const gathered = gatherLeaks(rows.length, most);
  const first = new Map<string, number>();
  for (const [row, hash] of imageHashes.entries()) {
    const other = first.get(hash);
    if (other === undefined) first.set(hash, row);
    else if (rows[other].split !== rows[row].split) gathered.add({ row, other, size: 1 });
  }
  return gathered.leaks();
}

/** Places of each series' rows, oldest first. */
function bySeries(rows: readonly PlacedRow[]): Map<string, number[]> {
  const series = new Map<string, number[]>();
  for (const [row, { series: of }] of rows.entries()) {
    const places = series.get(of);
    if (places) places.push(row);
    else series.set(of, [row]);
  }
  for (const places of series.values()) places.sort((a, b) => rows[a].ts - rows[b].ts);
  return series;
}
