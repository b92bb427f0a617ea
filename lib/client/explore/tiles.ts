import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '@/lib/core/bar.ts';

/** Buckets that are fetched together. */
export const TILE_BUCKETS = 512;
/** About a hundred screens; 28 kB each. */
const MOST_KEPT = 256;
const MOST_SHORTENED = 16;
/** After trouble, so that a pan does not hammer a server that is away. */
const REST_MS = 2000;

/** Consecutive buckets of a series; NaN in all columns where one is not here yet. */
export interface BucketRun {
  /** Bars a bucket. */
  readonly level: number;
  /** Number of the first bucket: it holds bars `first * level` and on. */
  readonly first: number;
  readonly bars: Bars;
  /** False while some of it is still on its way. */
  readonly complete: boolean;
}

export interface TilesParts {
  /** Bars `[from, to)` in buckets of `level`. Rejects when aborted. */
  readonly fetch: (from: number, to: number, level: number, signal: AbortSignal) => Promise<Bars>;
  /** Called when something that was asked for has come. */
  readonly onChange: () => void;
  /** Called when what could not be fetched may be asked for again. */
  readonly onRested: () => void;
  /** Called when something could not be fetched. Nothing is asked for during the rest that follows. */
  readonly onTrouble: (error: unknown) => void;
  readonly later: (work: () => void, ms: number) => void;
}

export interface Tiles {
  /**
   * The buckets that hold bars `[from, to)`, as far as they are here: the same object again while nothing about them has
   * changed. The rest is fetched, with as much again on either side, and what is no longer near is called off.
   * @param end nothing from this bar on is fetched or answered
   */
  run(from: number, to: number, level: number, end: number): BucketRun;
  /** Whether all that was last asked for is here. */
  isComplete(): boolean;
  /** Calls off whatever is on its way. */
  stop(): void;
}

/** Buckets of one tile, made of the bars before `end`. */
interface Kept {
  readonly bars: Bars;
  readonly end: number;
}

interface Found {
  /** What may be shown of the tile now. */
  readonly bars: Bars | null;
  /** Under what the rest will be kept; null where all of it is here. */
  readonly missing: string | null;
}

/** A series' bars at any level, fetched a tile at a time and kept. */
export function createTiles({ fetch, onChange, onRested, onTrouble, later }: TilesParts): Tiles {
  /** By level and tile the one with most bars, and by level, tile and end those that were cut there. */
  const kept = new Map<string, Kept>();
  const shortened = new Map<string, Bars>();
  const coming = new Map<string, AbortController>();
  let resting = false;
  let last: { readonly asked: string; readonly inView: readonly Found[]; readonly run: BucketRun } | null =
    null;

  function rest(): void {
    if (resting) return;
    resting = true;
    later(() => {
      resting = false;
      onRested();
    }, REST_MS);
  }

  function keep(key: string, tile: Kept): void {
    const former = kept.get(key);
    kept.delete(key);
    kept.set(key, former && former.end > tile.end ? former : tile);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) return;
      kept.delete(oldest);
    }
  }

  /** The tile from bar `from`, with nothing from bar `end` on. */
  function find(name: string, from: number, end: number, level: number): Found {
    const longest = kept.get(name);
    if (!longest || longest.end < end) return { bars: longest?.bars ?? null, missing: name };
    keep(name, longest);
    if (longest.end === end) return { bars: longest.bars, missing: null };
    const cut = `${name}:${end}`;
    const exact = kept.get(cut);
    if (exact) return { bars: exact.bars, missing: null };
    // Its buckets before `end` are the same; one that `end` cuts was made with later bars too.
    const whole = Math.floor((end - from) / level);
    return { bars: shorten(cut, longest.bars, whole), missing: whole * level === end - from ? null : cut };
  }

  /** The same object again for the same cut, so that nothing is drawn anew for it. */
  function shorten(cut: string, bars: Bars, buckets: number): Bars {
    const known = shortened.get(cut) ?? sliceBars(bars, 0, buckets);
    shortened.delete(cut);
    shortened.set(cut, known);
    for (const oldest of shortened.keys()) {
      if (shortened.size <= MOST_SHORTENED) break;
      shortened.delete(oldest);
    }
    return known;
  }

  function request(key: string, from: number, end: number, level: number): void {
    const name = `${key} to ${end}`;
    if (coming.has(name) || resting) return;
    const controller = new AbortController();
    coming.set(name, controller);
    fetch(from, end, level, controller.signal).then(
      (bars) => {
        if (coming.get(name) !== controller) return;
        coming.delete(name);
        keep(key, { bars, end });
        onChange();
      },
      (error: unknown) => {
        if (coming.get(name) !== controller) return;
        coming.delete(name);
        onTrouble(error);
        rest();
      },
    );
  }

  function callOffAllBut(wanted: ReadonlySet<string>): void {
    for (const [name, controller] of coming) {
      if (wanted.has(name)) continue;
      coming.delete(name);
      controller.abort();
    }
  }

  return {
    run(from, to, level, end) {
      const tileBars = TILE_BUCKETS * level;
      const begin = Math.max(0, Math.floor(from / tileBars));
      const stop = Math.max(begin, Math.ceil(Math.min(to, end) / tileBars));
      const margin = Math.max(1, stop - begin);
      const wanted = new Set<string>();
      const inView: Found[] = [];
      // What is in view is asked for before its surroundings.
      for (const tile of nearestFirst(begin, stop, margin)) {
        const start = tile * tileBars;
        const tileEnd = Math.min(start + tileBars, end);
        if (tile < 0 || start >= end) continue;
        const found = find(`${level}:${tile}`, start, tileEnd, level);
        if (tile >= begin && tile < stop) inView.push(found);
        if (found.missing === null) continue;
        wanted.add(`${found.missing} to ${tileEnd}`);
        request(found.missing, start, tileEnd, level);
      }
      callOffAllBut(wanted);
      const asked = `${begin} ${stop} ${level} ${end}`;
      if (
        last?.asked !== asked ||
        last.inView.some(({ bars, missing }, i) => bars !== inView[i].bars || missing !== inView[i].missing)
      ) {
        const first = begin * TILE_BUCKETS;
        const past = Math.min(stop * TILE_BUCKETS, Math.ceil(end / level));
        last = { asked, inView, run: { level, first, ...joined(inView, Math.max(0, past - first)) } };
      }
      return last.run;
    },
    isComplete: () => last === null || last.run.complete,
    stop() {
      callOffAllBut(new Set());
      last = null;
    },
  };
}

function nearestFirst(begin: number, stop: number, margin: number): number[] {
  const tiles = Array.from({ length: stop - begin }, (_, i) => begin + i);
  for (let i = 0; i < margin; i++) tiles.push(stop + i, begin - 1 - i);
  return tiles;
}

/** Tiles one after the other, in `length` buckets; NaN where a bucket is not here. */
function joined(tiles: readonly Found[], length: number): Pick<BucketRun, 'bars' | 'complete'> {
  const out = allocateBars(length);
  for (const name of BAR_FIELDS) out[name].fill(Number.NaN);
  tiles.forEach(({ bars }, i) => {
    if (bars === null) return;
    const at = i * TILE_BUCKETS;
    const part = sliceBars(bars, 0, Math.min(bars.length, length - at));
    for (const name of BAR_FIELDS) out[name].set(part[name], at);
  });
  return { bars: out, complete: tiles.every(({ missing }) => missing === null) };
}
