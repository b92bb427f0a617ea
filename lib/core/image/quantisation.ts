import type { Bars } from '../bar.ts';
import type { Indicators } from '../indicator/indicators.ts';
import { quantileSorted } from '../quantile.ts';

/**
 * The numbers that turn indicator values into pixels, fitted on training dates only. r is RSI/100, dr its change from
 * the bar before; z(r) = (r - rsiMean) / rsiStd, z(dr) = (dr - drMean) / drStd, with population standard deviations.
 */
export interface QuantisationRow {
  /** 99.5 % quantile of log1p|close/EMA21 - 1|; > 0. */
  readonly M: number;
  readonly rsiMean: number;
  readonly rsiStd: number;
  readonly drMean: number;
  readonly drStd: number;
  /** 0.5 % and 99.5 % quantiles of (z(r) + z(dr))/√2. */
  readonly p0_5: number;
  readonly p99_5: number;
}

/** The table that a model version owns: one row for all series together, one for each series with bars enough. */
export interface Quantisation {
  readonly schema: 1;
  readonly global: QuantisationRow;
  readonly series: Readonly<Record<string, QuantisationRow>>;
}

/** The series' own row, or the global one for a series that the fit did not know. */
export function quantisationFor(table: Quantisation, seriesKey: string): QuantisationRow {
  return Object.hasOwn(table.series, seriesKey) ? table.series[seriesKey] : table.global;
}

/** A series with fewer usable bars has no stable tails: it gets the global row. */
export const MIN_SERIES_BARS = 1000;

/** Values that the quantiles of one series, and of all together, are read from; below it they are exact. */
const SERIES_SAMPLE = 2 ** 18;
const GLOBAL_SAMPLE = 2 ** 21;

export interface QuantisationFit {
  /**
   * Takes bars `[from, to)` of one segment, cut to training dates by the caller. A bar counts where its EMA, its RSI
   * and the RSI of the bar before are known.
   */
  add(seriesKey: string, bars: Bars, indicators: Indicators, from: number, to: number): void;
  /** The table of everything added; throws when no bar counted. */
  finish(): Quantisation;
}

/**
 * Starts a fit over any number of spans, one pass, memory bounded a series. Means and deviations are of all bars
 * (Welford); quantiles are exact to 262,144 bars a series (2,097,152 over all), above that of every 2nd, 4th, … bar.
 */
export function fitQuantisation(): QuantisationFit {
  const all = createTally(GLOBAL_SAMPLE);
  const bySeries = new Map<string, Tally>();
  return {
    add(seriesKey, bars, indicators, from, to) {
      let own = bySeries.get(seriesKey);
      if (!own) {
        own = createTally(SERIES_SAMPLE);
        bySeries.set(seriesKey, own);
      }
      for (let i = Math.max(from, 1); i < to; i++) {
        const distance = Math.log1p(Math.abs(bars.close[i] / indicators.ema[i] - 1));
        const r = indicators.rsi[i] / 100;
        const dr = r - indicators.rsi[i - 1] / 100;
        if (Number.isNaN(distance + dr)) continue;
        own.add(distance, r, dr);
        all.add(distance, r, dr);
      }
    },
    finish() {
      if (all.count() === 0) {
        throw new Error('quantisation: no bar of the training dates has EMA and RSI; add longer segments');
      }
      const series: Record<string, QuantisationRow> = {};
      for (const [key, tally] of bySeries) {
        if (tally.count() >= MIN_SERIES_BARS) series[key] = tally.row();
      }
      return { schema: 1, global: all.row(), series };
    },
  };
}

interface Tally {
  add(distance: number, r: number, dr: number): void;
  count(): number;
  row(): QuantisationRow;
}

function createTally(capacity: number): Tally {
  let room = 1024;
  let distances = new Float64Array(room);
  let rs = new Float64Array(room);
  let drs = new Float64Array(room);
  let kept = 0;
  let stride = 1;
  let seen = 0;
  const r = createMoments();
  const dr = createMoments();

  const grow = (values: Float64Array): Float64Array<ArrayBuffer> => {
    const larger = new Float64Array(room);
    larger.set(values);
    return larger;
  };
  return {
    add(distance, rValue, drValue) {
      r.add(rValue);
      dr.add(drValue);
      if (seen++ % stride !== 0) return;
      if (kept === capacity) {
        for (let i = 0; i < capacity / 2; i++) {
          distances[i] = distances[2 * i];
          rs[i] = rs[2 * i];
          drs[i] = drs[2 * i];
        }
        kept = capacity / 2;
        stride *= 2;
      } else if (kept === room) {
        room *= 2;
        distances = grow(distances);
        rs = grow(rs);
        drs = grow(drs);
      }
      distances[kept] = distance;
      rs[kept] = rValue;
      drs[kept] = drValue;
      kept++;
    },
    count: () => seen,
    row() {
      const rsiMean = r.mean();
      const drMean = dr.mean();
      // A series that never moves has no spread: dividing by 1 keeps it at the middle instead of NaN.
      const rsiStd = r.std() || 1;
      const drStd = dr.std() || 1;
      const components = new Float64Array(kept);
      for (let i = 0; i < kept; i++) {
        components[i] = ((rs[i] - rsiMean) / rsiStd + (drs[i] - drMean) / drStd) / Math.SQRT2;
      }
      components.sort();
      const M = quantileSorted(distances.slice(0, kept).sort(), 0.995) || 1;
      const p0_5 = quantileSorted(components, 0.005);
      const p99_5 = quantileSorted(components, 0.995);
      const flat = p0_5 === p99_5;
      return {
        M,
        rsiMean,
        rsiStd,
        drMean,
        drStd,
        p0_5: flat ? p0_5 - 0.5 : p0_5,
        p99_5: flat ? p99_5 + 0.5 : p99_5,
      };
    },
  };
}

/** Running mean and population standard deviation: Welford (1962), which does not cancel. */
function createMoments(): { add(value: number): void; mean(): number; std(): number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      count++;
      const delta = value - mean;
      mean += delta / count;
      squares += delta * (value - mean);
    },
    mean: () => mean,
    std: () => Math.sqrt(squares / count),
  };
}
