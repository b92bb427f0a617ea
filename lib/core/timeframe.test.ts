import { describe, expect, it } from 'vitest';
import { TIMEFRAMES, timeframeMs, timeframeOfMs } from './timeframe.ts';

describe('a timeframe', () => {
  it('is told in milliseconds and found again by them, in its largest unit', () => {
    for (const name of [...TIMEFRAMES, '7m', '90m', '1w'])
      expect(timeframeOfMs(timeframeMs(name))).toBe(name);
    expect(timeframeMs('15m')).toBe(900_000);
    expect(timeframeMs('1d')).toBe(86_400_000);
    expect(timeframeOfMs(timeframeMs('60m'))).toBe('1h');
    expect(timeframeOfMs(1500)).toBeNull();
  });

  it.each(['0h', '1000m', '1M', 'h', '1.5h', ''])('refuses "%s" by name', (name) => {
    expect(() => timeframeMs(name)).toThrow(`timeframe "${name}" is not a number`);
  });
});
