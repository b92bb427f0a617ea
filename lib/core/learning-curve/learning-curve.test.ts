import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../random.ts';
import { type Forecast, forecast, intervalOver, type Unsupported } from './forecast.ts';
import { type CurvePoint, EXPONENTS, fitPowerLaw, type PowerLaw, valueAt } from './power-law.ts';

interface Fixtures {
  cases: { points: CurvePoint[]; loss: number; at: number[]; values: number[] }[];
  draws: {
    points: CurvePoint[];
    noise: number[];
    at: number[];
    intervals: [number, number][];
    gain: [number, number];
  };
}
const { cases, draws }: Fixtures = JSON.parse(
  readFileSync(new URL('fixtures/power-law.json', import.meta.url), 'utf8'),
);

const lossOf = (fit: PowerLaw, points: readonly CurvePoint[]) =>
  points.reduce((sum, { labels, value, error }) => sum + ((value - valueAt(fit, labels)) / error) ** 2, 0);

function supported(result: Forecast | Unsupported): Forecast {
  if (typeof result === 'string') throw new Error(`no forecast: ${result}`);
  return result;
}

describe('an inverse power law', () => {
  it.each(cases)('fits as scipy does within the same bounds, case %#', ({ points, loss, at, values }) => {
    const fit = fitPowerLaw(points);
    expect(lossOf(fit, points)).toBeLessThanOrEqual(loss + 1e-6);
    for (const [i, labels] of at.entries()) expect(valueAt(fit, labels)).toBeCloseTo(values[i], 3);
    expect(fit.a).toBeGreaterThanOrEqual(0);
    expect(fit.a).toBeLessThanOrEqual(1);
    expect(fit.b).toBeGreaterThanOrEqual(0);
    expect(fit.c).toBeGreaterThanOrEqual(EXPONENTS.least);
    expect(fit.c).toBeLessThanOrEqual(EXPONENTS.most);
  });

  it('finds the law that exact points lie on', () => {
    const law = { a: 0.85, b: 4, c: 0.55 };
    const fit = fitPowerLaw(
      [100, 300, 900, 2700].map((n) => ({ labels: n, value: valueAt(law, n), error: 0.01 })),
    );
    for (const name of ['a', 'b', 'c'] as const) expect(fit[name]).toBeCloseTo(law[name], 3);
  });

  it('needs three points', () => {
    expect(() => fitPowerLaw([{ labels: 1, value: 0, error: 1 }])).toThrow('at least 3');
  });
});

describe('a forecast', () => {
  it('has the intervals that scipy’s fits to the same draws have', () => {
    let next = 0;
    const given: Random = { ...createRandom(1), normal: () => draws.noise[next++] };
    const ahead = supported(forecast(draws.points, given, draws.noise.length / draws.points.length));
    draws.at.forEach((labels, i) => {
      const { low, high } = intervalOver(ahead, (fit) => valueAt(fit, labels));
      expect(low).toBeCloseTo(draws.intervals[i][0], 2);
      expect(high).toBeCloseTo(draws.intervals[i][1], 2);
    });
    const { low, high } = intervalOver(ahead, (fit) => valueAt(fit, 1500) - valueAt(fit, 1000));
    expect(low).toBeCloseTo(draws.gain[0], 3);
    expect(high).toBeCloseTo(draws.gain[1], 3);
  });

  it('covers what a known law goes on to, and is the same for the same seed', () => {
    const law = { a: 0.8, b: 2.5, c: 0.5 };
    let inside = 0;
    let told = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = createRandom(seed);
      const points = [250, 500, 1000].map((labels) => ({
        labels,
        value: valueAt(law, labels) + 0.012 * random.normal(),
        error: 0.012,
      }));
      const ahead = forecast(points, createRandom(1), 100);
      if (typeof ahead === 'string') continue;
      told++;
      const { low, high } = intervalOver(ahead, (fit) => valueAt(fit, 1500));
      if (low <= valueAt(law, 1500) && valueAt(law, 1500) <= high) inside++;
      expect(forecast(points, createRandom(1), 100)).toEqual(ahead);
    }
    expect(told).toBeGreaterThan(40);
    expect(inside / told).toBeGreaterThan(0.85);
  });

  const points = (...values: number[]) =>
    values.map((value, i) => ({ labels: 250 * 2 ** i, value, error: 0.02 }));
  it.each([
    ['few', points(0.5, 0.7)],
    ['few', [...points(0.5, 0.6), ...points(0.5, 0.6)]],
    ['flat', points(0.6, 0.61, 0.62)],
    ['flat', points(0.7, 0.65, 0.6)],
    ['off', points(0.4, 0.7, 0.55, 0.75)],
  ] as const)('is refused as %s', (reason, given) => {
    expect(forecast(given, createRandom(1))).toBe(reason);
  });
});
