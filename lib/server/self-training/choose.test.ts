import { describe, expect, it } from 'vitest';
import { CLASS_COUNT, CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { selfTrainingSettingsSchema } from '@/lib/contract/self-training.ts';
import type { Candidate, DatasetSeries, WeakKind } from '../dataset/candidate.ts';
import { chooseLabels } from './choose.ts';

const HOUR = 3_600_000;
const SERIES = new Map<number, DatasetSeries>([
  [
    1,
    {
      ...{ id: 1, venue: 'x', symbol: 'A', timeframe: '1h', timeframeMs: HOUR },
      ...{ segmentGap: 64, maxWindowGap: 1, barsKey: null },
    },
  ],
]);
const settings = (given: object = {}) => selfTrainingSettingsSchema.parse({ auditPerClass: 2, ...given });

interface Given {
  readonly kind: WeakKind;
  readonly weak: ClassId;
  readonly says: ClassId;
  /** At natural prevalence. */
  readonly p: number;
}
/** Windows 100 bars apart: an event stands for itself, a near miss or sample for 20. */
function choose(windows: readonly Given[], given: object = {}) {
  const pool = windows.map(
    ({ kind, weak }, i): Candidate => ({
      ...{ windowId: `w${i}`, seriesId: 1, ts: i * 100 * HOUR, snapshotHash: `s${i}`, stale: false },
      weak: { kind, class: weak, poleKatr: null, naturalWeight: kind === 'event' ? 1 : 20 },
    }),
  );
  const probabilities = new Float32Array(windows.length * CLASS_COUNT);
  for (const [i, { says, p }] of windows.entries())
    for (let c = 0; c < CLASS_COUNT; c++)
      probabilities[i * CLASS_COUNT + c] = c === classIndex(says) ? p : (1 - p) / (CLASS_COUNT - 1);
  return chooseLabels(pool, SERIES, probabilities, settings(given));
}
const event = (weak: ClassId, says: ClassId, p: number): Given => ({ kind: 'event', weak, says, p });
const sample = (says: ClassId, p: number): Given => ({ kind: 'sampled_none', weak: 'none', says, p });
const many = (count: number, one: Given): Given[] => Array.from({ length: count }, () => one);

describe('pseudo-labels of a round', () => {
  it('are chosen by probabilities moved from natural prevalence to the mix of the pool', () => {
    // 21 pseudo-counts of none weigh 401: its odds against an event class fall by about 19.
    const { labels, selection } = choose([
      ...many(20, sample('none', 0.999)),
      ...many(20, event('wedge', 'wedge', 0.75)),
    ]);
    expect(selection.pool).toBe(40);
    expect(selection.naturalMix[classIndex('none')]).toBeCloseTo(401 / (401 + 21 + 3), 10);
    expect(selection.poolMix[classIndex('none')]).toBeCloseTo(21 / (21 + 21 + 3), 10);
    const rate = 21 / 401;
    const rest = 0.25 / 4;
    const moved = 0.75 / (0.75 + 3 * rest + rest * rate);
    const wedge = labels.filter(({ label }) => label === 'wedge');
    expect(wedge).toEqual([]);
    expect(moved).toBeLessThan(0.9);
    const { labels: easier } = choose(
      [...many(20, sample('none', 0.999)), ...many(20, event('wedge', 'wedge', 0.75))],
      { thresholds: Object.fromEntries(CLASS_IDS.map((id) => [id, moved - 1e-6])) },
    );
    expect(easier.filter(({ label }) => label === 'wedge')).toHaveLength(20);
    expect(easier.find(({ label }) => label === 'wedge')?.confidence).toBeCloseTo(moved, 6);
  });

  it('never say none of what a rule takes for a pattern', () => {
    const { labels, selection } = choose([
      ...many(5, event('wedge', 'none', 0.99999)),
      ...many(5, sample('none', 0.99999)),
    ]);
    expect(labels.map(({ windowId }) => windowId).sort()).toEqual(['w5', 'w6', 'w7', 'w8', 'w9']);
    expect(selection.perClass.none).toMatchObject({ likeliest: 10, sure: 10, barred: 5, taken: 5 });
  });

  it('are drawn for the audit evenly within each class, the same ones for the same seed', () => {
    const windows = [...many(30, event('flag', 'flag', 0.99)), ...many(1, event('blowoff', 'blowoff', 0.99))];
    const asked = (seed: number) =>
      choose(windows, { seed, balance: 1000 })
        .labels.filter(({ audited }) => audited)
        .map(({ windowId }) => windowId);
    expect(asked(1)).toHaveLength(3);
    expect(asked(1)).toContain('w30');
    expect(asked(1)).toEqual(asked(1));
    expect(asked(1)).not.toEqual(asked(2));
    expect(choose(windows, { auditPerClass: 0 }).labels.some(({ audited }) => audited)).toBe(false);
  });
});
