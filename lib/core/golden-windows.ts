import type { Bars } from './bar.ts';
import { bisect } from './bisect.ts';
import { computeIndicators } from './indicator/compute-indicators.ts';
import type { Indicators } from './indicator/indicators.ts';
import { createRandom } from './random.ts';
import type { PlantedClass } from './synthetic/truth.ts';
import { generateUniverse } from './synthetic/universe.ts';
import { MIN_SEGMENT_INDEX } from './window.ts';

/** A synthetic window, the same on every machine. */
export interface GoldenWindow {
  readonly bars: Bars;
  readonly indicators: Indicators;
  /** Index of bar t. */
  readonly t: number;
}

/** Never changed: packs that were made before name their windows by their place in this list. */
const SEED = 50;
const BARS = 4000;
const PER_CLASS = 10;
const PLANTED: readonly PlantedClass[] = ['flag', 'wedge', 'blowoff', 'wick_exhaustion'];

/** Fifty windows: ten that end where each kind of pattern was planted, and ten anywhere. */
export function goldenWindows(): GoldenWindow[] {
  const [{ bars, truth }] = generateUniverse(SEED, { series: 1, barsPerSeries: BARS });
  const indicators = computeIndicators(bars, 0, bars.length);
  const random = createRandom(SEED);
  const planted = PLANTED.flatMap((id) =>
    truth
      .filter((pattern) => pattern.class === id)
      .map(({ ts }) => bisect(bars.length, (i) => bars.ts[i] >= ts))
      .filter((t) => t >= MIN_SEGMENT_INDEX)
      .slice(0, PER_CLASS),
  );
  const anywhere = Array.from(
    { length: PER_CLASS },
    () => MIN_SEGMENT_INDEX + random.int(bars.length - MIN_SEGMENT_INDEX),
  );
  return [...planted, ...anywhere].map((t) => ({ bars, indicators, t }));
}
