export type Split = 'train' | 'validation' | 'test' | 'unseen';

/** The embargo between splits, and the distance to a gold window, in bars. */
export const EMBARGO_BARS = 64;

export interface CutDates {
  /** First open time of validation, ms UTC. */
  readonly validationFrom: number;
  /** First open time of test, ms UTC. */
  readonly testFrom: number;
}

export interface SplitWindow {
  readonly series: string;
  readonly symbol: string;
  readonly timeframeMs: number;
  /** Open time of the window's first bar and of bar t, ms UTC. */
  readonly firstTs: number;
  readonly ts: number;
}

/** One pair of cut dates for the whole data set: markets move together, so no symbol may know another's future. */
export interface SplitPlan extends CutDates {
  /** `embargoFor` the data set's timeframes, or more; ms. */
  readonly embargoMs: number;
  /** Symbols held back from training entirely. */
  readonly unseenSymbols: ReadonlySet<string>;
  /** Unseen symbols' windows count from here on; `testFrom` keeps them out of the dates that training saw. ms UTC. */
  readonly unseenFrom: number;
  /** Gold windows by series, in any order. */
  readonly gold: ReadonlyMap<string, readonly Pick<SplitWindow, 'firstTs' | 'ts'>[]>;
}

/** The least embargo: 64 bars of the longest timeframe, ms. */
export function embargoFor(timeframesMs: readonly number[]): number {
  if (timeframesMs.length === 0) throw new Error('embargo: the data set has no timeframe');
  return EMBARGO_BARS * Math.max(...timeframesMs);
}

/**
 * Why a window is in no split: it holds bars on both sides of a cut, its last bar closes within the embargo before one, a
 * gold window is near, or it is of an unseen symbol before the dates of the test.
 */
export type Outside = 'cut' | 'embargo' | 'gold' | 'early';
export type Place =
  | { readonly split: Split; readonly outside: null }
  | { readonly split: null; readonly outside: Outside };

/** Where a window belongs: in the split that holds all of it, or in none. */
export function placeWindow(window: SplitWindow, plan: SplitPlan): Place {
  if (plan.unseenSymbols.has(window.symbol))
    return window.firstTs >= plan.unseenFrom ? within('unseen') : outside('early');
  if (window.firstTs >= plan.testFrom) return within('test');
  const closes = window.ts + window.timeframeMs;
  const validation = window.firstTs >= plan.validationFrom;
  const end = validation ? plan.testFrom : plan.validationFrom;
  if (closes > end - plan.embargoMs) return outside(closes > end ? 'cut' : 'embargo');
  if (isNearGold(window, plan)) return outside('gold');
  return within(validation ? 'validation' : 'train');
}

const within = (split: Split): Place => ({ split, outside: null });
const outside = (reason: Outside): Place => ({ split: null, outside: reason });

/** The split that holds the whole window, or null. */
export function assignSplit(window: SplitWindow, plan: SplitPlan): Split | null {
  return placeWindow(window, plan).split;
}

/** Whether a gold window of the same series ends within 64 bars, or shares a bar with this one across gaps. */
function isNearGold(window: SplitWindow, plan: SplitPlan): boolean {
  const reach = EMBARGO_BARS * window.timeframeMs;
  const gold = plan.gold.get(window.series) ?? [];
  return gold.some(
    ({ firstTs, ts }) => Math.abs(ts - window.ts) <= reach || (firstTs <= window.ts && window.firstTs <= ts),
  );
}

const DAY_MS = 86_400_000;

/**
 * Cut dates, at midnight UTC, that leave about the wanted shares of windows in training, validation and test.
 * @param timestamps open times of bar t of the windows to split, all series together, ms UTC, any order
 * @param shares of training, validation and test, any scale, each > 0
 * @throws when the data spans too few days for three splits with an embargo and a window each
 */
export function chooseCutDates(
  timestamps: Float64Array,
  shares: Readonly<Record<'train' | 'validation' | 'test', number>>,
  embargoMs: number,
): CutDates {
  const total = shares.train + shares.validation + shares.test;
  if (!(Math.min(shares.train, shares.validation, shares.test) > 0)) {
    throw new Error(`split shares ${JSON.stringify(shares)}: each must be above 0`);
  }
  if (timestamps.length === 0) throw new Error('cut dates: there is no window to split');
  const sorted = timestamps.slice().sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const midnight = (ts: number): number => Math.round(ts / DAY_MS) * DAY_MS;
  const validationFrom = midnight(at(shares.train / total));
  const testFrom = midnight(at((shares.train + shares.validation) / total));
  // A window spans as long as the embargo in the longest timeframe: a split must hold at least one.
  const needed = 2 * embargoMs;
  const room = Math.min(
    validationFrom - sorted[0] - embargoMs,
    testFrom - validationFrom - needed,
    sorted[sorted.length - 1] - testFrom - embargoMs,
  );
  if (room < 0) {
    const days = (sorted[sorted.length - 1] - sorted[0]) / DAY_MS;
    const short = Math.ceil(-room / DAY_MS);
    throw new Error(
      `cut dates: ${days.toFixed(1)} days of windows leave a split ${short} days too short for its embargo of ` +
        `${(embargoMs / DAY_MS).toFixed(1)} days; add older bars or drop the longest timeframe`,
    );
  }
  return { validationFrom, testFrom };
}
