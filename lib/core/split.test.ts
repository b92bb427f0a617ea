import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assignSplit,
  chooseCutDates,
  embargoFor,
  placeWindow,
  type SplitPlan,
  type SplitWindow,
} from './split.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const plan: SplitPlan = {
  validationFrom: 100 * DAY,
  testFrom: 150 * DAY,
  embargoMs: embargoFor([HOUR / 4, HOUR]),
  unseenSymbols: new Set(['ECHO']),
  unseenFrom: 150 * DAY,
  gold: new Map([['ALPHA/1h', [{ firstTs: 50 * DAY - 63 * HOUR, ts: 50 * DAY }]]]),
};

/** A gapless window of 64 bars ending at `hours` after the epoch. */
function windowAt(hours: number, symbol = 'ALPHA', timeframeMs = HOUR): SplitWindow {
  const ts = hours * HOUR;
  return { series: `${symbol}/1h`, symbol, timeframeMs, firstTs: ts - 63 * timeframeMs, ts };
}

const hour = fc.integer({ min: 100, max: 5000 });

describe('assignSplit', () => {
  it('never lets two splits come nearer than the embargo, whatever the timeframes', () => {
    const timeframe = fc.constantFrom(HOUR / 4, HOUR);
    fc.assert(
      fc.property(hour, hour, timeframe, timeframe, (a, b, fast, slow) => {
        const [first, second] = [windowAt(a, 'ALPHA', fast), windowAt(b, 'BRAVO', slow)].sort(
          (x, y) => x.ts - y.ts,
        );
        const splits = [assignSplit(first, plan), assignSplit(second, plan)];
        if (splits[0] === null || splits[1] === null || splits[0] === splits[1]) return;
        expect(splits).toEqual([...splits].sort((x, y) => ORDER[x ?? ''] - ORDER[y ?? '']));
        expect(second.firstTs - (first.ts + first.timeframeMs)).toBeGreaterThanOrEqual(64 * HOUR);
      }),
      { numRuns: 2000 },
    );
  });

  it('puts windows on either side of a cut exactly where the embargo allows', () => {
    const lastOfTraining = 100 * 24 - 64 - 1;
    expect(assignSplit(windowAt(lastOfTraining), plan)).toBe('train');
    expect(assignSplit(windowAt(lastOfTraining + 1), plan)).toBeNull();
    expect(assignSplit(windowAt(100 * 24 + 62), plan)).toBeNull();
    expect(assignSplit(windowAt(100 * 24 + 63), plan)).toBe('validation');
    expect(assignSplit(windowAt(150 * 24 - 65), plan)).toBe('validation');
    expect(assignSplit(windowAt(150 * 24 - 64), plan)).toBeNull();
    expect(assignSplit(windowAt(150 * 24 + 62), plan)).toBeNull();
    expect(assignSplit(windowAt(150 * 24 + 63), plan)).toBe('test');
  });

  it('keeps unseen symbols out of every other split and out of the dates before unseenFrom', () => {
    fc.assert(
      fc.property(hour, (h) => {
        const split = assignSplit(windowAt(h, 'ECHO'), plan);
        expect(split).toBe(h - 63 >= 150 * 24 ? 'unseen' : null);
      }),
    );
  });

  it('excludes windows of the same series within 64 bars of gold, and only those', () => {
    for (const distance of [-65, -64, -1, 0, 1, 64, 65]) {
      const expected = Math.abs(distance) <= 64 ? null : 'train';
      expect(assignSplit(windowAt(50 * 24 + distance), plan), `${distance} bars`).toBe(expected);
    }
    expect(assignSplit(windowAt(50 * 24, 'BRAVO'), plan)).toBe('train');
  });

  it('excludes a window that shares a bar with gold across a gap longer than 64 timeframes', () => {
    const gapped = { ...windowAt(50 * 24 + 100), firstTs: 50 * DAY - HOUR };
    expect(assignSplit(gapped, plan)).toBeNull();
  });

  it('says why a window is in no split', () => {
    const reasonAt = (hours: number, symbol?: string) => placeWindow(windowAt(hours, symbol), plan).outside;
    expect(reasonAt(100 * 24 - 1)).toBe('embargo');
    expect(reasonAt(100 * 24)).toBe('cut');
    expect(reasonAt(50 * 24)).toBe('gold');
    expect(reasonAt(150 * 24, 'ECHO')).toBe('early');
    expect(reasonAt(30 * 24)).toBeNull();
  });

  it('lets gold windows into test', () => {
    const late = { firstTs: 160 * DAY - 63 * HOUR, ts: 160 * DAY };
    const withGold = { ...plan, gold: new Map([['ALPHA/1h', [late]]]) };
    expect(assignSplit(windowAt(160 * 24), withGold)).toBe('test');
  });
});

const ORDER: Record<string, number> = { train: 0, validation: 1, test: 2, unseen: 3 };

describe('chooseCutDates', () => {
  it('cuts at midnight and close to the wanted shares', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 200, max: 900 }), (start, days) => {
        const timestamps = Float64Array.from(
          { length: days * 24 },
          (_, i) => start * DAY + i * HOUR,
        ).reverse();
        const shares = { train: 70, validation: 15, test: 15 };
        const { validationFrom, testFrom } = chooseCutDates(timestamps, shares, 64 * HOUR);
        expect([validationFrom % DAY, testFrom % DAY]).toEqual([0, 0]);
        expect(Math.abs((validationFrom - start * DAY) / DAY / days - 0.7)).toBeLessThan(0.6 / days);
        expect(Math.abs((testFrom - start * DAY) / DAY / days - 0.85)).toBeLessThan(0.6 / days);
      }),
      { numRuns: 30 },
    );
  });

  it('says how much is missing when the data is too short for its embargo', () => {
    const timestamps = Float64Array.from({ length: 20 * 24 }, (_, i) => i * HOUR);
    expect(() => chooseCutDates(timestamps, { train: 8, validation: 1, test: 1 }, 64 * HOUR)).toThrow(
      'too short',
    );
    expect(() => chooseCutDates(new Float64Array(), { train: 8, validation: 1, test: 1 }, HOUR)).toThrow(
      'no window',
    );
    expect(() => chooseCutDates(timestamps, { train: 1, validation: 0, test: 1 }, HOUR)).toThrow('above 0');
  });
});
