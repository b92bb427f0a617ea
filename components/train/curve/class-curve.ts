import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Curve } from '@/lib/contract/learning-curve.ts';
import {
  type Forecast,
  forecast,
  intervalOver,
  REACH,
  type Unsupported,
} from '@/lib/core/learning-curve/forecast.ts';
import { type CurvePoint, type PowerLaw, valueAt } from '@/lib/core/learning-curve/power-law.ts';
import type { Interval } from '@/lib/core/metrics/interval.ts';
import { createRandom } from '@/lib/core/random.ts';

/** Labels a class that the team works towards. */
export const TARGET = { least: 2000, most: 5000 } as const;
/** What the question is about. */
export const NEXT = 500;
const SAMPLES = 40;
const Z_95 = 1.959963984540054;
/** An interval of no width (every row right) still leaves this much doubt. */
const LEAST_ERROR = 0.005;

export type Mix = 'sampled' | 'natural';

/** A point of a plot: F1 after so many labels, and its interval. */
export interface MeasuredPoint {
  readonly labels: number;
  readonly f1: number;
  readonly interval: Interval;
}
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}
export interface ClassCurve {
  readonly id: ClassId;
  readonly points: readonly MeasuredPoint[];
  /** Why there is no forecast; null where there is one. */
  readonly unsupported: Unsupported | 'far' | null;
  /** The fitted curve and its band, from the fewest labels to as far as it is drawn out. */
  readonly line: readonly (Estimate & { readonly labels: number })[];
  /** F1 that the next labels would add; null without a forecast. */
  readonly gain: Estimate | null;
  /** F1 at the lower end of the target, where the curve reaches it. */
  readonly atTarget: Estimate | null;
}

/** Each class's curve on a mix of the test split, from the runs that have measured. */
export function classCurves({ runs }: Curve, mix: Mix): ClassCurve[] {
  return CLASS_IDS.map((id, at) => {
    const points = runs.flatMap(({ figures }) => {
      const entry = figures?.test[mix].per_class[at];
      if (!figures || entry?.f1 === null || entry?.f1 === undefined || !entry.f1_interval) return [];
      const [low, high] = entry.f1_interval;
      return [{ labels: figures.trainingRows[at], f1: entry.f1, interval: { low, high } }];
    });
    return { id, points, ...ahead(points) };
  });
}

function ahead(measured: readonly MeasuredPoint[]): Omit<ClassCurve, 'id' | 'points'> {
  const points = measured.filter(({ labels }) => labels > 0).map(toPoint);
  const found = forecast(points, createRandom(1));
  if (typeof found === 'string') return { unsupported: found, line: [], gain: null, atTarget: null };
  const sizes = points.map(({ labels }) => labels);
  const now = Math.max(...sizes);
  const reach = now * REACH;
  const line = lineOf(found, Math.min(...sizes), Math.min(reach, Math.max(TARGET.most, now)));
  const atTarget =
    now < TARGET.least && TARGET.least <= reach ? estimate(found, (fit) => valueAt(fit, TARGET.least)) : null;
  if (now + NEXT > reach) return { unsupported: 'far', line, gain: null, atTarget };
  const gain = estimate(found, (fit) => valueAt(fit, now + NEXT) - valueAt(fit, now));
  return { unsupported: null, line, gain, atTarget };
}

const toPoint = ({ labels, f1, interval }: MeasuredPoint): CurvePoint => ({
  labels,
  value: f1,
  error: Math.max(LEAST_ERROR, (interval.high - interval.low) / (2 * Z_95)),
});

const estimate = (found: Forecast, figure: (fit: PowerLaw) => number): Estimate => ({
  value: figure(found.fit),
  interval: intervalOver(found, figure),
});

/** Evenly spaced on a logarithmic axis. */
function lineOf(found: Forecast, from: number, to: number): ClassCurve['line'] {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const labels = from * (to / from) ** (i / (SAMPLES - 1));
    return { labels, ...estimate(found, (fit) => valueAt(fit, labels)) };
  });
}
