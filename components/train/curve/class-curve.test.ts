import { expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { MeasuredBlock } from '@/lib/contract/compare-runs.ts';
import type { Curve } from '@/lib/contract/learning-curve.ts';
import { classCurves } from './class-curve.ts';
import { verdictOf } from './learning-words.ts';

/** A curve whose classes all have these F1 on 25, 50 and 100 % of `all` labels. */
function curve(all: number, f1s: readonly (number | null)[], half = 0.02): Curve {
  const block = (f1: number): MeasuredBlock => ({
    ...{ rows: 10, macro_f1: f1, ece: null, pole_mae: null },
    per_class: CLASS_IDS.map((id) => ({ class: id, support: 9, f1, f1_interval: [f1 - half, f1 + half] })),
  });
  return {
    ...{
      id: 1,
      datasetId: 1,
      datasetName: 'd',
      preset: 'quick',
      createdBy: 'a',
      createdAt: '2026-01-01T00:00:00.000Z',
    },
    runs: f1s.map((f1, i) => {
      const share = 0.25 * 2 ** i;
      const trainingRows = CLASS_IDS.map(() => all * share);
      const figures =
        f1 === null ? null : { trainingRows, test: { sampled: block(f1), natural: block(f1 / 2) } };
      return { id: i, share, seed: 1, state: 'done', progress: null, error: null, figures };
    }),
  };
}

test('the next labels’ worth is told with an interval, beside the target', () => {
  const [flag] = classCurves(curve(1000, [0.5, 0.6, 0.67]), 'sampled');
  expect(flag.points.map(({ labels }) => labels)).toEqual([250, 500, 1000]);
  expect(flag.unsupported).toBeNull();
  expect(flag.line[0].labels).toBe(250);
  expect(flag.line.at(-1)?.labels).toBeCloseTo(4000);
  expect(flag.gain?.value).toBeGreaterThan(0.01);
  expect(flag.gain?.interval.low).toBeLessThan(flag.gain?.value ?? 0);
  expect(flag.gain?.interval.high).toBeGreaterThan(flag.gain?.value ?? 1);
  expect(flag.atTarget?.value).toBeGreaterThan(0.67);
  expect(verdictOf(flag)).toMatch(
    /^The next 500 labels: \+0\.0\d\d \(\+?[−]?0\.\d{3} to \+0\.\d{3}\)\. At 2,000: 0\.7\d\d\.$/,
  );
});

test('where the points carry no forecast it is said why, and nothing is drawn out', () => {
  const [few] = classCurves(curve(1000, [0.5, 0.6, null]), 'sampled');
  expect([few.unsupported, few.line]).toEqual(['few', []]);
  expect(verdictOf(few)).toContain('three sizes');
  const [flat] = classCurves(curve(1000, [0.6, 0.6, 0.61]), 'sampled');
  expect(flat.unsupported).toBe('flat');
  expect(verdictOf(flat)).toContain('does not rise beyond its intervals');
  const [far] = classCurves(curve(100, [0.5, 0.6, 0.67]), 'sampled');
  expect([far.unsupported, far.gain]).toEqual(['far', null]);
  expect(far.line.at(-1)?.labels).toBeCloseTo(400);
  expect(verdictOf(far)).toContain('four times');
});

test('each mix has its own curve', () => {
  const [flag] = classCurves(curve(1000, [0.5, 0.6, 0.67]), 'natural');
  expect(flag.points[2].f1).toBeCloseTo(0.335);
});
