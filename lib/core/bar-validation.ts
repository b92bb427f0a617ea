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
  /** `ts mod timeframeMs` of a good bar; see {@link commonestGridOffset}. */
  readonly gridOffsetMs: number;
  /** Names a row in messages, for instance by its file and line. */
  readonly place?: (row: number) => string;
  /** How many rejected bars are described; all are counted and masked. */
  readonly describeAtMost?: number;
}

export interface BarCheck {
  /** 1 where the bar is good. */
  readonly accepted: Uint8Array;
  readonly acceptedCount: number;
  readonly counts: Readonly<Record<BarProblem, number>>;
  readonly rejected: readonly RejectedBar[];
}

/**
 * Checks every bar against the definition of a valid bar (finite, low ≤ body ≤ high, price > 0, volume ≥ 0,
 * 0 ≤ taker ≤ volume where known, on the grid, after the last good bar). Nothing is allocated for a good bar.
 */
export function checkBars(bars: Bars, options: BarCheckOptions): BarCheck {
  const { place = (row) => `bars[${row}]`, describeAtMost = 10_000 } = options;
  const accepted = new Uint8Array(bars.length);
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
  const rejected: RejectedBar[] = [];
  let acceptedCount = 0;
  let previousTs = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < bars.length; row++) {
    const problem = problemOf(bars, row, previousTs, options);
    if (problem === null) {
      accepted[row] = 1;
      acceptedCount++;
      previousTs = bars.ts[row];
      continue;
    }
    counts[problem]++;
    if (rejected.length < describeAtMost) {
      rejected.push({
        row,
        problem,
        message: `${place(row)}: ${problemWords(bars, row, problem, previousTs, options)}`,
      });
    }
  }
  return { accepted, acceptedCount, counts, rejected };
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

/**
 * The commonest `ts mod timeframeMs`: the grid a series' own bars lie on (US hourly bars are often stamped :30).
 * Ties go to the smaller offset; 0 for no bars.
 */
export function commonestGridOffset(ts: Float64Array, timeframeMs: number): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < ts.length; i++) {
    if (!Number.isFinite(ts[i])) continue;
    const offset = gridOffset(ts[i], timeframeMs);
    counts.set(offset, (counts.get(offset) ?? 0) + 1);
  }
  let best = 0;
  let bestCount = 0;
  for (const [offset, count] of counts) {
    if (count > bestCount || (count === bestCount && offset < best)) {
      best = offset;
      bestCount = count;
    }
  }
  return best;
}

export interface Gap {
  /** The first bar after the gap. */
  readonly index: number;
  readonly fromTs: number;
  readonly toTs: number;
  readonly missingBars: number;
}

/** Every place where the next bar is more than one timeframe away, oldest first. */
export function findGaps(ts: Float64Array, timeframeMs: number): Gap[] {
  const gaps: Gap[] = [];
  for (let i = 1; i < ts.length; i++) {
    const step = ts[i] - ts[i - 1];
    if (step <= timeframeMs) continue;
    gaps.push({ index: i, fromTs: ts[i - 1], toTs: ts[i], missingBars: Math.round(step / timeframeMs) - 1 });
  }
  return gaps;
}
