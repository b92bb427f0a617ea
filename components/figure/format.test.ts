import { describe, expect, it } from 'vitest';
import {
  countOf,
  formatBytes,
  formatCount,
  formatDay,
  formatDuration,
  formatHalfWidth,
  formatShare,
} from './format.ts';

describe('figures', () => {
  it('never round something to nothing, nor less than all to all', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(formatShare)).toEqual(['0 %', '<1 %', '50 %', '>99 %', '100 %']);
  });

  it('read as a dash where they are not known', () => {
    expect([formatCount(null), formatShare(undefined), formatDuration(null), formatDay(null)]).toEqual(
      Array(4).fill('–'),
    );
  });

  it('say an interval as half its width', () => {
    expect(formatHalfWidth([0.7, 0.736])).toBe('±0.018');
    expect(formatHalfWidth(null)).toBeNull();
  });

  it('change the unit of bytes before the number grows past three digits', () => {
    expect([0, 999, 1000, 999_499, 999_500, 1_440_000, 250_000_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '999 kB',
      '1.0 MB',
      '1.4 MB',
      '250 MB',
    ]);
  });

  it('say time left in the two largest units', () => {
    expect([0, 59.4, 60, 3599, 3600, 7500].map(formatDuration)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '59 min 59 s',
      '1 h 00 min',
      '2 h 05 min',
    ]);
  });

  it('agree in number with their noun', () => {
    expect([countOf(1, 'bar'), countOf(2000, 'bar'), countOf(0, 'series', 'series')]).toEqual([
      '1 bar',
      '2,000 bars',
      '0 series',
    ]);
  });
});
