import { describe, expect, it } from 'vitest';
import { endOfTime, endText, parseTime, timeText } from './parse-time.ts';

describe('a typed time', () => {
  it.each([
    ['2024', Date.UTC(2024, 0, 1)],
    ['2024-5', Date.UTC(2024, 4, 1)],
    [' 2024-05-17 ', Date.UTC(2024, 4, 17)],
    ['2024-05-17 8', Date.UTC(2024, 4, 17, 8)],
    ['2024-05-17T08:30Z', Date.UTC(2024, 4, 17, 8, 30)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('%s is UTC, from its beginning', (text, ts) => {
    expect(parseTime(text)).toBe(ts);
  });

  it.each(['', 'today', '2023-02-29', '2024-13', '2024-05-17 25:00', '2024-05-17 08:75', '17.05.2024'])(
    '%s is none',
    (text) => {
      expect(parseTime(text)).toBeNull();
    },
  );
});

describe('the end of a typed time', () => {
  it.each([
    ['2024', Date.UTC(2025, 0, 1) - 1],
    ['2024-02', Date.UTC(2024, 2, 1) - 1],
    ['2024-05-17', Date.UTC(2024, 4, 18) - 1],
    ['2024-05-17 08:30', Date.UTC(2024, 4, 17, 8, 30)],
    ['soon', null],
  ])('%s is its last moment', (text, ts) => {
    expect(endOfTime(text)).toBe(ts);
  });

  it('is typed as it is read', () => {
    for (const text of ['2024-05-17', '2024-05-17 08:30']) {
      expect(timeText(parseTime(text) ?? 0)).toBe(text);
      expect(endText(endOfTime(text) ?? 0)).toBe(text);
    }
  });
});
