import type { UTCTimestamp } from 'lightweight-charts';
import { computeCvd, computeDelta } from '@/lib/core/indicator/cvd.ts';
import { VOLUME_Z_BARS, volumeZ } from '@/lib/core/indicator/volume-z.ts';
import type { OpenedSnapshot } from '@/lib/core/snapshot.ts';
import { priceDecimals } from './price-format.ts';

/** From this volume z on a bar stands out, as the blowoff rule has it. */
export const Z_MARK = 2;

interface Candle {
  time: UTCTimestamp;
  open: number;
  high: number;
  low: number;
  close: number;
}
interface Point {
  time: UTCTimestamp;
  value: number;
}
interface Gap {
  time: UTCTimestamp;
}

export type DeltaSource = 'taker' | 'proxy' | 'unknown';

/**
 * A window as the chart's series take it: one entry a bar, aligned by index, gaps where a value is unknown. Computed
 * before the window is shown, in idle time, and kept.
 */
export interface ChartData {
  readonly length: number;
  /** Index of the window's first bar; those before it are warm-up. */
  readonly windowStart: number;
  /** Bars after t, the window's last: 0 but in a replay. */
  readonly later: number;
  readonly decimals: number;
  readonly candles: readonly Candle[];
  readonly ema: readonly (Point | Gap)[];
  readonly volume: readonly (Point & { loud: boolean })[];
  /** Volume at which z would be 2. */
  readonly volumeLimit: readonly (Point | Gap)[];
  readonly volumeZ: Float64Array;
  readonly rsi: readonly (Point | Gap)[];
  /** Runs from 0 at the first shown bar. */
  readonly cvd: readonly (Point | Gap)[];
  readonly deltaSource: DeltaSource;
}

/**
 * Lays an opened snapshot out for the chart.
 * @param proxy where taker volume is unknown, guess the delta from the close's place in its range, and say so
 */
export function chartData({ bars, indicators, windowStart }: OpenedSnapshot, proxy = false): ChartData {
  const { length } = bars;
  const times = Array.from(bars.ts, (ts) => (ts / 1000) as UTCTimestamp);
  const point = (i: number, value: number): Point | Gap =>
    Number.isFinite(value) ? { time: times[i], value } : { time: times[i] };
  const delta = new Float64Array(length);
  const cvd = new Float64Array(length);
  computeDelta(bars, 0, length, proxy ? 'proxy' : 'off', delta);
  computeCvd(delta, 0, length, cvd);
  const zs = Float64Array.from(times, (_, i) => volumeZ(bars.volume, i));
  return {
    length,
    windowStart,
    later: 0,
    decimals: priceDecimals(bars.close[length - 1]),
    candles: times.map((time, i) => ({
      time,
      open: bars.open[i],
      high: bars.high[i],
      low: bars.low[i],
      close: bars.close[i],
    })),
    ema: times.map((_, i) => point(i, indicators.ema[i])),
    volume: times.map((time, i) => ({ time, value: bars.volume[i], loud: zs[i] >= Z_MARK })),
    volumeLimit: times.map((_, i) => point(i, loudVolume(bars.volume, i))),
    volumeZ: zs,
    rsi: times.map((_, i) => point(i, indicators.rsi[i])),
    cvd: times.map((_, i) => point(i, cvd[i])),
    deltaSource: sourceOfDelta(bars.takerBuyVolume, proxy),
  };
}

/** mean + 2 std (population) of the 20 bars before `t`: the volume whose z is exactly the mark. */
function loudVolume(volume: Float64Array, t: number): number {
  if (t < VOLUME_Z_BARS) return Number.NaN;
  let sum = 0;
  for (let i = t - VOLUME_Z_BARS; i < t; i++) sum += volume[i];
  const mean = sum / VOLUME_Z_BARS;
  let squares = 0;
  for (let i = t - VOLUME_Z_BARS; i < t; i++) squares += (volume[i] - mean) ** 2;
  return mean + Z_MARK * Math.sqrt(squares / VOLUME_Z_BARS);
}

function sourceOfDelta(takerBuyVolume: Float64Array, proxy: boolean): DeltaSource {
  const unknown = takerBuyVolume.some(Number.isNaN);
  if (!unknown) return 'taker';
  return proxy ? 'proxy' : 'unknown';
}
