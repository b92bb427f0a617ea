import { describe, expect, it } from 'vitest';
import { allocateBars } from './bar.ts';
import { decodeBars, encodeBars } from './bar-codec.ts';
import { randomBars } from './fixtures/random-bars.ts';

const bars = randomBars(3, 700);

describe('encoded bars', () => {
  it('are the same bars again, unknown taker volume included, wherever in its buffer they lie', () => {
    const bytes = encodeBars(bars);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeBars(shifted.subarray(3))).toEqual(bars);
    expect(decodeBars(encodeBars(allocateBars(0)))).toEqual(allocateBars(0));
  });

  it('are refused with a reason when cut, of an unknown version, or something else', () => {
    const bytes = encodeBars(bars);
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[at] = value;
      return copy;
    };
    expect(() => decodeBars(bytes.subarray(0, 9))).toThrow('9 bytes are less than the 16 of their header');
    expect(() => decodeBars(bytes.subarray(0, -8))).toThrow('bytes for 700 bars, expected');
    expect(() => decodeBars(changed(0, 0))).toThrow('do not begin with "HYBR"');
    expect(() => decodeBars(changed(4, 9))).toThrow('version 9 is not the known version 1');
  });
});
