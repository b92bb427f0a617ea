import { expect, test } from 'vitest';
import { createRandom } from '@/lib/core/random.ts';
import { createGapTally } from './session.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const CONTINUOUS = { segmentGap: 64, maxWindowGap: 2.5 };

/** What is seen of stamps that come in stretches of a few hundred. */
function tallyOf(stamps: readonly number[], timeframeMs: number) {
  const tally = createGapTally(timeframeMs);
  for (let from = 0; from < stamps.length; from += 300)
    tally.add(Float64Array.from(stamps.slice(from, from + 300)));
  return tally;
}

test('a market that closes every night and weekend gets settings that cross those breaks', () => {
  const stamps: number[] = [];
  for (let day = 0; day < 200; day++) {
    if (day % 7 >= 5) continue;
    for (let hour = 14; hour < 21; hour++) stamps.push((day * 24 + hour) * HOUR);
  }
  // Monday 14:00 is 66 hours after Friday 20:00.
  expect(tallyOf(stamps, HOUR).settings()).toEqual({ segmentGap: 66, maxWindowGap: 66 });
});

test('a market that never closes keeps the usual settings, however often its feed fails', () => {
  const random = createRandom(1);
  const stamps: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    stamps.push(i * 5 * MINUTE);
    if (random.next() < 0.02) i += 3 + Math.floor(20 * random.next());
  }
  expect(tallyOf(stamps, 5 * MINUTE).settings()).toEqual(CONTINUOUS);
  expect(tallyOf([], HOUR).settings()).toEqual(CONTINUOUS);
});

test('a gap is counted wherever the next bar is more than one timeframe away', () => {
  const stamps = [0, 1, 4, 5, 7].map((minute) => minute * MINUTE);
  expect(tallyOf(stamps, MINUTE).count).toBe(2);
});
