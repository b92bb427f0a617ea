import type { Interval } from '../metrics/interval.ts';
import { quantileSorted } from '../quantile.ts';
import type { Random } from '../random.ts';
import { type CurvePoint, fitPowerLaw, type PowerLaw, valueAt } from './power-law.ts';

/** How far beyond the most labels a curve may be drawn out, as a multiple of them. */
export const REACH = 4;
const DRAWS = 300;
/** Sizes nearer than this to the least or the most are those. */
const SAME_SIZE = 1.05;
const Z_95 = 1.959963984540054;

/** Why points carry no forecast. */
export type Unsupported = 'few' | 'flat' | 'off';

/** What points say of the labels to come. */
export interface Forecast {
  readonly fit: PowerLaw;
  /** Fits to the points as they might have been measured; a figure of each of them gives that figure's interval. */
  readonly draws: readonly PowerLaw[];
}

/**
 * Fits the points and, to tell how sure that is, points drawn anew around them by their errors (parametric bootstrap, Efron &
 * Tibshirani 1993, ch. 6).
 * @returns the reason where the points cannot carry it: fewer than three sizes, no rise beyond what their errors explain,
 *   or a point more than two and a half errors beside the curve
 */
export function forecast(
  points: readonly CurvePoint[],
  random: Random,
  draws = DRAWS,
): Forecast | Unsupported {
  const sizes = new Set(points.map(({ labels }) => labels));
  if (sizes.size < 3) return 'few';
  if (!rises(points)) return 'flat';
  const fit = fitPowerLaw(points);
  const isOff = points.some(
    (point) => Math.abs(point.value - valueAt(fit, point.labels)) > 2.5 * point.error,
  );
  if (isOff) return 'off';
  return { fit, draws: Array.from({ length: draws }, () => fitPowerLaw(drawAround(points, random))) };
}

function drawAround(points: readonly CurvePoint[], random: Random): CurvePoint[] {
  return points.map((point) => ({
    ...point,
    value: Math.min(1, Math.max(0, point.value + point.error * random.normal())),
  }));
}

/** 95 % percentile interval of a figure over the drawn fits. */
export function intervalOver({ draws }: Forecast, figure: (fit: PowerLaw) => number): Interval {
  const values = draws.map(figure).sort((a, b) => a - b);
  return { low: quantileSorted(values, 0.025), high: quantileSorted(values, 0.975) };
}

/** Whether the mean at the most labels lies above that at the least by more than their errors explain. */
function rises(points: readonly CurvePoint[]): boolean {
  const sizes = points.map(({ labels }) => labels);
  const least = Math.min(...sizes);
  const most = Math.max(...sizes);
  const first = meanOf(points.filter(({ labels }) => labels <= least * SAME_SIZE));
  const last = meanOf(points.filter(({ labels }) => labels >= most / SAME_SIZE));
  return last.value - first.value > Z_95 * Math.hypot(first.error, last.error);
}

function meanOf(points: readonly CurvePoint[]): { value: number; error: number } {
  const sum = points.reduce((total, { value }) => total + value, 0);
  return {
    value: sum / points.length,
    error: Math.hypot(...points.map(({ error }) => error)) / points.length,
  };
}
