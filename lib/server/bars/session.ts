import { CONTINUOUS_MARKET } from '@/lib/core/segment.ts';

const DAY_MS = 86_400_000;
const FEWEST_BREAKS = 20;
const FEWEST_BREAKS_A_BAR = 1 / 1000;
/** Closing times a market has in UTC: with a lunch break, or summer and winter. */
const CLOSING_TIMES = 2;
const SHARE_AT_CLOSING_TIMES = 0.5;
const SHARE_COVERED = 0.99;

export interface GapSettings {
  /** In timeframes; see Series. */
  readonly segmentGap: number;
  readonly maxWindowGap: number;
}

/** What is seen of a series' gaps while its bars pass. */
export interface GapTally {
  /** @param ts of the bars that come next, ms UTC, on the grid and strictly increasing */
  add(ts: Float64Array): void;
  /** Places where the next bar is more than one timeframe away. */
  readonly count: number;
  /**
   * The gap settings that these bars ask for. Where trading stops again and again at the same time of day, those breaks
   * are no defect: windows and segments go across them, up to the length that covers 99 % of them. Where gaps come at
   * any time (outages, no trades) the settings of a market that never closes stay.
   */
  settings(): GapSettings;
}

export function createGapTally(timeframeMs: number): GapTally {
  let bars = 0;
  let gaps = 0;
  let breaks = 0;
  let lastTs = Number.NaN;
  /** How many breaks begin at a time of day, and how many are so long, in timeframes: few of either, however many bars. */
  const byTimeOfDay = new Map<number, number>();
  const byLength = new Map<number, number>();
  return {
    get count() {
      return gaps;
    },
    add(ts) {
      for (let i = 0; i < ts.length; i++) {
        const steps = (ts[i] - lastTs) / timeframeMs;
        if (steps > 1) gaps++;
        if (steps > CONTINUOUS_MARKET.windowGap) {
          breaks++;
          countOne(byTimeOfDay, lastTs % DAY_MS);
          countOne(byLength, steps);
        }
        lastTs = ts[i];
      }
      bars += ts.length;
    },
    settings() {
      const { segmentGap, windowGap: maxWindowGap } = CONTINUOUS_MARKET;
      const continuous = { segmentGap, maxWindowGap };
      if (timeframeMs >= DAY_MS || breaks < Math.max(FEWEST_BREAKS, bars * FEWEST_BREAKS_A_BAR))
        return continuous;
      const counts = [...byTimeOfDay.values()].sort((a, b) => b - a);
      const atClosing = counts.slice(0, CLOSING_TIMES).reduce((sum, count) => sum + count, 0);
      if (atClosing < SHARE_AT_CLOSING_TIMES * breaks) return continuous;
      const covering = Math.ceil(lengthThatCovers(byLength, SHARE_COVERED * breaks));
      return { segmentGap: Math.max(segmentGap, covering), maxWindowGap: covering };
    },
  };
}

/** The least length that at least `wanted` breaks do not surpass. */
function lengthThatCovers(byLength: ReadonlyMap<number, number>, wanted: number): number {
  let covered = 0;
  for (const [length, count] of [...byLength].sort(([a], [b]) => a - b)) {
    covered += count;
    if (covered >= wanted) return length;
  }
  throw new RangeError(`${covered} breaks cannot cover ${wanted}`);
}

function countOne(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
