import { describe, expect, it } from 'vitest';
import type { Series } from '@/lib/contract/data.ts';
import { filterSeries, totalsOf } from './series-filter.ts';

const scan = {
  ruleSetNumber: 1,
  current: true,
  validWindows: 100,
  events: { flag: 1, wedge: 2, blowoff: 3, wick_exhaustion: 4, none: 5 },
  nearMisses: 6,
  at: '2026-01-01T00:00:00.000Z',
};
const series = (id: number, over: Partial<Series>): Series => ({
  id,
  venue: 'demo',
  symbol: 'AAA',
  timeframe: '1h',
  bars: 10,
  firstTs: 0,
  lastTs: 1,
  gaps: 0,
  takerShare: 1,
  synthetic: true,
  scan,
  ...over,
});
const all = [
  series(1, {}),
  series(2, { symbol: 'BBB', timeframe: '15m', scan: null }),
  series(3, { venue: 'other', scan: { ...scan, current: false } }),
];
const idsOf = (rows: readonly Series[]) => rows.map(({ id }) => id);
const everything = { text: '', timeframe: '', scan: 'any' } as const;

describe('filtering series', () => {
  it('keeps those in which every word is found, whatever its case and place', () => {
    expect(idsOf(filterSeries(all, { ...everything, text: ' aaa  DEMO' }))).toEqual([1]);
    expect(idsOf(filterSeries(all, { ...everything, text: 'zzz' }))).toEqual([]);
  });

  it('tells scans of bars as they are now from older ones and from none', () => {
    expect(idsOf(filterSeries(all, { ...everything, scan: 'current' }))).toEqual([1]);
    expect(idsOf(filterSeries(all, { ...everything, scan: 'stale' }))).toEqual([3]);
    expect(idsOf(filterSeries(all, { ...everything, scan: 'none' }))).toEqual([2]);
  });

  it('joins its conditions', () => {
    expect(idsOf(filterSeries(all, { text: 'demo', timeframe: '1h', scan: 'any' }))).toEqual([1]);
  });
});

describe('totals', () => {
  it('count bars of all series and events of those that were scanned', () => {
    expect(totalsOf(all)).toEqual({
      bars: 30,
      validWindows: 200,
      events: { flag: 2, wedge: 4, blowoff: 6, wick_exhaustion: 8, none: 10 },
    });
  });
});
