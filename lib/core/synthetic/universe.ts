import { createRandom } from '../random.ts';
import { timeframeMs } from '../timeframe.ts';
import { generateSeries, type SeriesPlan, type SyntheticSeries } from './generate-series.ts';

/** The demo market's symbols: price, standard deviation of an hour's log return, mean volume an hour. */
const SYMBOLS: readonly { symbol: string; price: number; volatility: number; volume: number }[] = [
  { symbol: 'ALPHA', price: 31_000, volatility: 0.005, volume: 900 },
  { symbol: 'BRAVO', price: 1900, volatility: 0.006, volume: 9000 },
  { symbol: 'CHARLIE', price: 240, volatility: 0.007, volume: 20_000 },
  { symbol: 'DELTA', price: 88, volatility: 0.008, volume: 35_000 },
  { symbol: 'ECHO', price: 23, volatility: 0.009, volume: 120_000 },
  { symbol: 'FOXTROT', price: 6.2, volatility: 0.009, volume: 400_000 },
  { symbol: 'GOLF', price: 1.4, volatility: 0.01, volume: 900_000 },
  { symbol: 'HOTEL', price: 0.53, volatility: 0.011, volume: 3_000_000 },
];

/** Midnight UTC, 2025-07-01: the last bar of every series closes then. */
const END_TS = Date.UTC(2025, 6, 1);
const MIN_BARS = 1000;
const TIMEFRAMES = ['15m', '1h'] as const;

export interface UniverseOptions {
  /** How many series, counted symbol by symbol through 15m and 1h; all 16 by default. */
  readonly series?: number;
  /** 40,000 by default, 417 days of 15m bars. */
  readonly barsPerSeries?: number;
}

/**
 * The demo market: venue `demo`, each series from a seed of its own, so that fewer series are the same ones. Made
 * with all defaults it holds at least 2,500 planted patterns of each class.
 * @param seed a whole number; the same one makes the same market
 */
export function generateUniverse(seed: number, options: UniverseOptions = {}): SyntheticSeries[] {
  return planUniverse(options).map((plan, i) => generateSeries(plan, createRandom(seed * 1000 + i)));
}

function planUniverse({ series = 16, barsPerSeries = 40_000 }: UniverseOptions): SeriesPlan[] {
  const plans = SYMBOLS.flatMap(({ symbol, price, volatility, volume }) =>
    TIMEFRAMES.map((timeframe): SeriesPlan => {
      const ms = timeframeMs(timeframe);
      const hours = ms / timeframeMs('1h');
      return {
        symbol,
        timeframe,
        bars: barsPerSeries,
        firstTs: END_TS - barsPerSeries * ms,
        price,
        volatility: volatility * Math.sqrt(hours),
        volume: volume * hours,
      };
    }),
  );
  if (!(series >= 1 && series <= plans.length)) {
    throw new Error(`demo universe of ${series} series: between 1 and ${plans.length} are there`);
  }
  if (!(barsPerSeries >= MIN_BARS)) {
    throw new Error(
      `demo series of ${barsPerSeries} bars: at least ${MIN_BARS} hold patterns after the warm-up`,
    );
  }
  return plans.slice(0, series);
}
