import { describe, expect, it } from 'vitest';
import { pacePerMinute, pageTimes, timeLeft } from './pace.ts';

const SECOND = 1000;
/** Newest first. */
const every = (seconds: number, count: number, from = 1e9) =>
  Array.from({ length: count }, (_, i) => from - i * seconds * SECOND);

describe('pacePerMinute', () => {
  it('is answers a minute', () => {
    expect(pacePerMinute(every(1.5, 30))).toBeCloseTo(40);
  });

  it('leaves breaks out', () => {
    expect(pacePerMinute([...every(2, 10), ...every(2, 10, 1e9 - 3_600_000)])).toBeCloseTo(30);
  });

  it('looks back over ten minutes of work only', () => {
    expect(pacePerMinute([...every(2, 301), ...every(20, 100, 1e9 - 620_000)])).toBeCloseTo(30, 0);
  });

  it('says nothing of a handful of answers', () => {
    expect(pacePerMinute(every(2, 4))).toBeNull();
  });
});

describe('pageTimes', () => {
  it('spreads a page’s time over its answers, so that pages have the pace of single ones', () => {
    const answeredAt = (at: number) => new Date(at).toISOString();
    const answers = Array.from({ length: 24 }, () => ({}) as never);
    const pages = [
      { answers, elapsedMs: 48_000, answeredAt: answeredAt(96_000) },
      { answers, elapsedMs: 48_000, answeredAt: answeredAt(48_000) },
    ];
    const times = pageTimes(pages);
    expect(times).toHaveLength(48);
    expect(times.slice(0, 2)).toEqual([96_000, 94_000]);
    expect(pacePerMinute(times)).toBeCloseTo(30);
  });
});

describe('timeLeft', () => {
  it.each([
    [12_710, 41, '5 h 10 left'],
    [480, 40, '12 min left'],
    [10, 40, 'under a minute left'],
    [200_000, 40, '3 days left'],
  ])('%i answers at %i a minute', (remaining, pace, words) => {
    expect(timeLeft(remaining, pace)).toBe(words);
  });

  it('is unknown without a pace', () => {
    expect(timeLeft(100, null)).toBeNull();
  });
});
