import { describe, expect, it } from 'vitest';
import { parseTimeframe, TIMEFRAMES, timeframeMs, timeframeOfMs } from './timeframe.ts';

describe('a timeframe', () => {
  it('is read from its name, told in milliseconds and found again by them', () => {
    for (const name of TIMEFRAMES) expect(timeframeOfMs(timeframeMs(parseTimeframe(name)))).toBe(name);
    expect(timeframeMs('15m')).toBe(900_000);
    expect(timeframeMs('1d')).toBe(86_400_000);
  });

  it('that is unknown is named together with the known ones', () => {
    expect(() => parseTimeframe('7m')).toThrow('timeframe "7m" is not one of 1m, 5m, 15m, 1h, 4h, 1d');
    expect(() => timeframeOfMs(420_000)).toThrow('420000 ms is the length of no timeframe');
  });
});
