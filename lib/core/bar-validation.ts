import type { Bars } from './bar.ts';

/** Why a bar cannot be taken, in the order in which they are looked for. */
export const BAR_PROBLEMS = [
  'not_finite',
  'price_not_positive',
  'high_below_low',
  'low_above_body',
  'high_below_body',
  'negative_volume',
  'taker_out_of_range',
  'off_grid',
  'duplicate',
  'out_of_order',
] as const;
export type BarProblem = (typeof BAR_PROBLEMS)[number];

export interface RejectedBar {
  readonly row: number;
  readonly problem: BarProblem;
  /** Names the value and the place: `bars[1042]: high 101.2 < low 101.9`. */
  readonly message: string;
}

export interface BarCheckOptions {
  readonly timeframeMs: number;
  /** `ts mod timeframeMs` of a good bar. */
  readonly gridOffsetMs: number;
  /** How many rejected bars of each kind are described; all are counted and masked. */
  readonly describeAtMost?: number;
}

export interface CheckedBars {
  /** 1 where the bar is good. */
  readonly accepted: Uint8Array;
  readonly acceptedCount: number;
  /** The first few of each kind. */
  readonly rejected: readonly RejectedBar[];
}

export interface BarCheck {
  /**
   * Checks the bars that follow those checked before; rows are counted from the first of these.
   * @param place names a row in messages, for instance by its file and line
   */
  check(bars: Bars, place?: (row: number) => string): CheckedBars;
  /** Of all bars so far, how many were rejected for what. */
  readonly counts: Readonly<Record<BarProblem, number>>;
}

/**
 * Checks every bar of a series, a stretch after another, against the definition of a valid bar (finite, low ≤ body ≤
 * high, price > 0, volume ≥ 0, 0 ≤ taker ≤ volume where known, on the grid, after the last good bar). Nothing is
 * allocated for a good bar.
 */
export function createBarCheck(options: BarCheckOptions): BarCheck {
  const { describeAtMost = 100 } = options;
  const counts: Record<BarProblem, number> = {
    not_finite: 0,
    price_not_positive: 0,
    high_below_low: 0,
    low_above_body: 0,
    high_below_body: 0,
    negative_volume: 0,
    taker_out_of_range: 0,
    off_grid: 0,
    duplicate: 0,
    out_of_order: 0,
  };
  let previousTs = Number.NEGATIVE_INFINITY;
  return {
    counts,
    check(bars, place = (row) => `bars[${row}]`) {
      const accepted = new Uint8Array(bars.length);
      const rejected: RejectedBar[] = [];
      let acceptedCount = 0;
      for (let row = 0; row < bars.length; row++) {
        const problem = problemOf(bars, row, previousTs, options);
        if (problem === null) {
          accepted[row] = 1;
          acceptedCount++;
          previousTs = bars.ts[row];
          continue;
        }
        if (counts[problem]++ < describeAtMost) {
          const message = `${place(row)}: ${problemWords(bars, row, problem, previousTs, options)}`;
          rejected.push({ row, problem, message });
        }
      }
      return { accepted, acceptedCount, rejected };
    },
  };
}

function problemOf(bars: Bars, row: number, previousTs: number, options: BarCheckOptions): BarProblem | null {
  const ts = bars.ts[row];
  const open = bars.open[row];
  const high = bars.high[row];
  const low = bars.low[row];
  const close = bars.close[row];
  const volume = bars.volume[row];
  const taker = bars.takerBuyVolume[row];
  // One sum is finite only where every term is (prices near the largest double would overflow, which no market has).
  if (!Number.isFinite(ts + open + high + low + close + volume)) return 'not_finite';
  if (low <= 0 || open <= 0 || close <= 0 || high <= 0) return 'price_not_positive';
  if (high < low) return 'high_below_low';
  if (low > open || low > close) return 'low_above_body';
  if (high < open || high < close) return 'high_below_body';
  if (volume < 0) return 'negative_volume';
  if (taker < 0 || taker > volume) return 'taker_out_of_range';
  if (gridOffset(ts, options.timeframeMs) !== options.gridOffsetMs) return 'off_grid';
  if (ts === previousTs) return 'duplicate';
  return ts < previousTs ? 'out_of_order' : null;
}

function problemWords(
  bars: Bars,
  row: number,
  problem: BarProblem,
  previousTs: number,
  options: BarCheckOptions,
): string {
  const ts = bars.ts[row];
  const open = bars.open[row];
  const high = bars.high[row];
  const low = bars.low[row];
  const close = bars.close[row];
  const volume = bars.volume[row];
  switch (problem) {
    case 'not_finite':
      return `a value is not a finite number (ts ${ts}, open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume})`;
    case 'price_not_positive':
      return `price ${Math.min(open, high, low, close)} is not above 0`;
    case 'high_below_low':
      return `high ${high} < low ${low}`;
    case 'low_above_body':
      return `low ${low} > ${open < close ? `open ${open}` : `close ${close}`}`;
    case 'high_below_body':
      return `high ${high} < ${open > close ? `open ${open}` : `close ${close}`}`;
    case 'negative_volume':
      return `volume ${volume} < 0`;
    case 'taker_out_of_range':
      return `taker buy volume ${bars.takerBuyVolume[row]} is not between 0 and volume ${volume}`;
    case 'off_grid':
      return `ts ${ts} is ${gridOffset(ts, options.timeframeMs)} ms past the ${options.timeframeMs} ms grid, expected ${options.gridOffsetMs}`;
    case 'duplicate':
      return `ts ${ts} is the bar before it again`;
    case 'out_of_order':
      return `ts ${ts} is before the last good bar's ${previousTs}`;
  }
}

/** `ts mod timeframeMs`, 0 ≤ result < timeframeMs, also before 1970. */
function gridOffset(ts: number, timeframeMs: number): number {
  const offset = ts % timeframeMs;
  return offset < 0 ? offset + timeframeMs : offset + 0;
}
