import type { Bars } from '../bar.ts';
import type { WedgeParams } from './rule-set.ts';

/** A pivot is above (below) this many bars on either side. */
export const PIVOT_REACH = 2;

export interface PivotColumns {
  /** Bar indices of pivot highs and pivot lows, oldest first. */
  readonly highs: Int32Array;
  readonly lows: Int32Array;
}

/**
 * Pivots among bars `[from, to)`: a high pivot is at least as high as the two bars before it and higher than the two
 * after it, so that of equal neighbours the last counts; low pivots mirrored.
 */
export function findPivots({ high, low }: Bars, from: number, to: number): PivotColumns {
  const highs = new Int32Array(Math.max(0, to - from));
  const lows = new Int32Array(Math.max(0, to - from));
  let highCount = 0;
  let lowCount = 0;
  for (let i = from; i < to; i++) {
    const h = high[i];
    const l = low[i];
    if (h > high[i + 1] && h >= high[i - 1] && h > high[i + 2] && h >= high[i - 2]) highs[highCount++] = i;
    if (l < low[i + 1] && l <= low[i - 1] && l < low[i + 2] && l <= low[i - 2]) lows[lowCount++] = i;
  }
  return { highs: highs.subarray(0, highCount), lows: lows.subarray(0, lowCount) };
}

/** One side's pivots at t and the least-squares line through those of each length. */
interface Side {
  /** Bars back from t and price less the close of t, newest first. */
  readonly back: Int32Array;
  readonly y: Float64Array;
  /** By candidate: pivots used, whether enough of them span enough, and the line. */
  readonly used: Int32Array;
  readonly fitted: Uint8Array;
  readonly intercept: Float64Array;
  readonly slope: Float64Array;
}

/**
 * The lines of all candidate lengths at one t, in buffers that are used again for the next t. Candidates count from
 * the shortest length up. Prices are taken less the close of t and bars back from t, summed from the newest pivot: so
 * the lines are the same whatever bars lie before the window.
 */
export class WedgeLines {
  readonly count: number;
  readonly #params: WedgeParams;
  readonly #lengths: Int32Array;
  readonly #high: Side;
  readonly #low: Side;
  #lastHigh = 0;
  #lastLow = 0;

  constructor(params: WedgeParams) {
    this.#params = params;
    // From the longest down in steps, then read from the shortest up.
    this.count = Math.floor((params.maxBars - params.minBars) / params.stepBars) + 1;
    this.#lengths = new Int32Array(this.count);
    for (let c = 0; c < this.count; c++) {
      this.#lengths[c] = params.maxBars - (this.count - 1 - c) * params.stepBars;
    }
    this.#high = createSide(params.maxBars, this.count);
    this.#low = createSide(params.maxBars, this.count);
  }

  /** Fits all candidates at `t`. For the same pivots, `t` may only grow from call to call. */
  fit(bars: Bars, pivots: PivotColumns, t: number): void {
    this.#lastHigh = newestPivot(pivots.highs, this.#lastHigh, t);
    this.#lastLow = newestPivot(pivots.lows, this.#lastLow, t);
    fitSide(
      this.#high,
      pivots.highs,
      this.#lastHigh,
      bars.high,
      bars.close[t],
      t,
      this.#lengths,
      this.#params,
    );
    fitSide(this.#low, pivots.lows, this.#lastLow, bars.low, bars.close[t], t, this.#lengths, this.#params);
  }

  lengthOf(c: number): number {
    return this.#lengths[c];
  }

  /** Whether both sides have enough pivots that span enough. */
  isFitted(c: number): boolean {
    return this.#high.fitted[c] === 1 && this.#low.fitted[c] === 1;
  }

  fewestPivots(c: number): number {
    return Math.min(this.#high.used[c], this.#low.used[c]);
  }

  /** A line by bars back from t: its price less the close of t is intercept - slope·back. */
  upperIntercept(c: number): number {
    return this.#high.intercept[c];
  }

  upperSlope(c: number): number {
    return this.#high.slope[c];
  }

  lowerIntercept(c: number): number {
    return this.#low.intercept[c];
  }

  lowerSlope(c: number): number {
    return this.#low.slope[c];
  }

  /** Upper less lower line, `back` bars before t. */
  gapAt(c: number, back: number): number {
    const high = this.#high;
    const low = this.#low;
    return high.intercept[c] - high.slope[c] * back - (low.intercept[c] - low.slope[c] * back);
  }

  /** Largest distance of a pivot from its line, price units; stops at the first that is over `enough`. */
  worstPivot(c: number, enough: number): number {
    const worst = worstOfSide(this.#high, c, enough);
    return worst > enough ? worst : Math.max(worst, worstOfSide(this.#low, c, enough));
  }
}

function createSide(maxBars: number, count: number): Side {
  return {
    back: new Int32Array(maxBars),
    y: new Float64Array(maxBars),
    used: new Int32Array(count),
    fitted: new Uint8Array(count),
    intercept: new Float64Array(count),
    slope: new Float64Array(count),
  };
}

/** How many of the ascending `pivots` are confirmed at `t`, counted on from `known`. */
function newestPivot(pivots: Int32Array, known: number, t: number): number {
  let count = known;
  while (count < pivots.length && pivots[count] <= t - PIVOT_REACH) count++;
  return count;
}

function fitSide(
  side: Side,
  pivots: Int32Array,
  confirmed: number,
  price: Float64Array,
  origin: number,
  t: number,
  lengths: Int32Array,
  params: WedgeParams,
): void {
  let used = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  let next = confirmed - 1;
  for (let c = 0; c < lengths.length; c++) {
    const oldest = t - lengths[c] + 1 + PIVOT_REACH;
    for (; next >= 0 && pivots[next] >= oldest; next--) {
      const back = t - pivots[next];
      const y = price[pivots[next]] - origin;
      side.back[used] = back;
      side.y[used] = y;
      used++;
      sumX += back;
      sumY += y;
      sumXX += back * back;
      sumXY += back * y;
    }
    side.used[c] = used;
    const spanned =
      used >= params.minPivots && side.back[used - 1] - side.back[0] >= params.minSpan * lengths[c];
    side.fitted[c] = spanned && used > 1 ? 1 : 0;
    if (side.fitted[c] === 0) continue;
    // y = intercept - slope·back
    const slope = (sumX * sumY - used * sumXY) / (used * sumXX - sumX * sumX);
    side.slope[c] = slope;
    side.intercept[c] = (sumY + slope * sumX) / used;
  }
}

function worstOfSide(side: Side, c: number, enough: number): number {
  const { back, y } = side;
  const intercept = side.intercept[c];
  const slope = side.slope[c];
  let worst = 0;
  for (let i = 0; i < side.used[c]; i++) {
    const distance = Math.abs(y[i] - intercept + slope * back[i]);
    if (distance > worst) {
      worst = distance;
      if (worst > enough) return worst;
    }
  }
  return worst;
}
