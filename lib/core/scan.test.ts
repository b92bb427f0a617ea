import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceBars } from './bar.ts';
import { CLEAR, EVENT, NONE_LABEL, SHADOWED } from './event.ts';
import { MINUTE, randomBars } from './fixtures/random-bars.ts';
import { fixture, fixtureBars } from './fixtures/random-walk.ts';
import { DEFAULT_RULE_SET } from './rule/rule-set.ts';
import { createScan, scanSeries } from './scan.ts';
import { CONTINUOUS_MARKET } from './segment.ts';

const OPTIONS = {
  timeframeMs: MINUTE,
  segmentSettings: CONTINUOUS_MARKET,
  ruleSet: DEFAULT_RULE_SET,
  lookbackDays: 'all',
  seed: 1,
} as const;

const anySeed = fc.integer({ min: 0, max: 2 ** 31 });

describe('a scan', () => {
  it('in pieces of any size equals the scan in one', () => {
    fc.assert(
      fc.property(anySeed, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (seed, cuts) => {
        const bars = randomBars(seed, 1500);
        const scan = createScan(bars, OPTIONS);
        for (let i = 0; scan.advance(cuts[i % cuts.length]) < scan.totalBars; i++);
        expect(scan.finish()).toEqual(scanSeries(bars, OPTIONS));
      }),
      { numRuns: 8 },
    );
  });

  it('says of the window at t the same whatever comes after t', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 300, max: 1100 }), (seed, t) => {
        const bars = randomBars(seed, 1200);
        const { columns, indicators } = scanSeries(bars, OPTIONS);
        const past = scanSeries(sliceBars(bars, 0, t + 1), OPTIONS);
        expect(past.columns.labels).toEqual(columns.labels.subarray(0, t + 1));
        expect(past.columns.events).toEqual(columns.events.subarray(0, t + 1));
        expect(past.columns.states.flag).toEqual(columns.states.flag.subarray(0, t + 1));
        expect(past.columns.states.wedge).toEqual(columns.states.wedge.subarray(0, t + 1));
        expect(past.indicators.atr).toEqual(indicators.atr.subarray(0, t + 1));
      }),
      { numRuns: 10 },
    );
  });

  it('keeps every event, and for none only clear windows at which nothing fires', () => {
    const bars = fixtureBars();
    const result = scanSeries(bars, { ...OPTIONS, timeframeMs: fixture.timeframeMs });
    const { labels, events } = result.columns;
    const kept = result.kept.filter(({ kind }) => kind === 'event').map(({ t }) => t);
    expect(kept).toEqual([...events.keys()].filter((t) => events[t] === EVENT));
    expect(events).toContain(SHADOWED);
    const kinds = new Set<string>();
    for (const { t, kind, weakClass, votes, inclusionProbability } of result.kept) {
      kinds.add(kind);
      const states = votes.map((vote) => vote.state);
      if (kind !== 'event') expect(events[t]).toBe(CLEAR);
      if (kind === 'near_miss' || kind === 'none') {
        expect([labels[t], weakClass]).toEqual([NONE_LABEL, 'none']);
        expect(states.includes('near')).toBe(kind === 'near_miss');
      }
      if (kind === 'undecided') expect([weakClass, states.includes('undecided')]).toEqual([null, true]);
      if (kind === 'event') expect([weakClass === 'none', inclusionProbability]).toEqual([false, 1]);
      expect(inclusionProbability > 0 && inclusionProbability <= 1).toBe(true);
    }
    expect([...kinds].sort()).toEqual(['event', 'near_miss', 'none', 'undecided']);
  });

  it('weighs the kept windows so that they stand for every valid window of each class', () => {
    const result = scanSeries(fixtureBars(), { ...OPTIONS, timeframeMs: fixture.timeframeMs });
    const stoodFor = (weakClass: string | null) =>
      result.kept.reduce((sum, kept) => sum + (kept.weakClass === weakClass ? kept.weight : 0), 0);
    for (const [id, { windows }] of Object.entries(result.classes))
      expect(stoodFor(id)).toBeCloseTo(windows, 6);
    expect(stoodFor(null)).toBeCloseTo(result.undecidedWindows, 6);
    expect(result.undecidedWindows).toBeGreaterThan(0);
  });

  it('keeps about twice the largest class of none by default, half of it near misses', () => {
    const { kept, classes } = scanSeries(fixtureBars(), { ...OPTIONS, timeframeMs: fixture.timeframeMs });
    const largest = Math.max(...Object.values(classes).map(({ events }) => events));
    const count = (kind: string) => kept.filter((window) => window.kind === kind).length;
    expect(count('near_miss')).toBeGreaterThanOrEqual(largest);
    expect(count('near_miss') + count('none')).toBeLessThanOrEqual(2 * largest + 30);
  });

  it('counts prevalence over all valid windows, by weak label and by rule', () => {
    const bars = fixtureBars();
    const result = scanSeries(bars, { ...OPTIONS, timeframeMs: fixture.timeframeMs });
    expect(result.validWindows).toBe(bars.length - 128);
    for (const id of ['flag', 'wedge', 'blowoff', 'wick_exhaustion'] as const) {
      const expected = fixture.states[id].split('3').length - 1;
      expect([id, result.rules[id].fired]).toEqual([id, expected]);
      expect(result.classes[id].prevalence).toBe(result.classes[id].windows / result.validWindows);
      expect(result.classes[id].windows).toBeLessThanOrEqual(expected);
    }
    const windows = Object.values(result.classes).reduce((sum, one) => sum + one.windows, 0);
    expect(windows + result.undecidedWindows).toBe(result.validWindows);
  });

  it('looks back from the last bar by the days asked for, with indicators from before', () => {
    const bars = fixtureBars();
    const options = { ...OPTIONS, timeframeMs: fixture.timeframeMs };
    const all = scanSeries(bars, options);
    const recent = scanSeries(bars, { ...options, lookbackDays: 20 });
    expect(recent.validWindows).toBe(20 * 24 + 1);
    const from = bars.length - recent.validWindows;
    expect(recent.columns.valid.indexOf(1)).toBe(from);
    expect(recent.columns.labels.subarray(from)).toEqual(all.columns.labels.subarray(from));
    expect(recent.kept.every(({ t }) => t >= from)).toBe(true);
  });

  it('of a series without a valid window finds nothing', () => {
    for (const length of [0, 1, 128]) {
      const bars = randomBars(5, length);
      for (let i = 0; i < length; i++) bars.ts[i] = i * MINUTE;
      const { validWindows, kept, classes } = scanSeries(bars, OPTIONS);
      expect([validWindows, kept, classes.flag.prevalence]).toEqual([0, [], 0]);
    }
  });

  it('refuses to finish early', () => {
    const scan = createScan(randomBars(5, 300), OPTIONS);
    scan.advance(100);
    expect(() => scan.finish()).toThrow('after 100 of 300 bars');
  });
});
