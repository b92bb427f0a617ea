import { describe, expect, it } from 'vitest';
import { allocateBars } from '../bar.ts';
import { computeCvd, computeDelta, isProxyDelta } from './cvd.ts';

function threeBars() {
  const bars = allocateBars(3);
  bars.high.fill(12);
  bars.low.fill(10);
  bars.close.set([11.5, 11.5, 11]);
  bars.volume.fill(8);
  bars.takerBuyVolume.set([5, Number.NaN, 1]);
  return bars;
}

describe('bar delta', () => {
  it('is taker buys less taker sells, and NaN without taker volume when no proxy is asked for', () => {
    const delta = new Float64Array(3);
    computeDelta(threeBars(), 0, 3, 'off', delta);
    expect([...delta]).toEqual([2, Number.NaN, -6]);
  });

  it('is guessed from the place of the close where a proxy is asked for, and only there', () => {
    const bars = threeBars();
    const delta = new Float64Array(3);
    computeDelta(bars, 0, 3, 'proxy', delta);
    expect([...delta]).toEqual([2, 4, -6]);
    expect([0, 1, 2].map((i) => isProxyDelta(bars, i, 'proxy'))).toEqual([false, true, false]);
    expect(isProxyDelta(bars, 1, 'off')).toBe(false);
  });

  it('is guessed as 0 for a bar without range', () => {
    const bars = threeBars();
    bars.low[1] = 12;
    const delta = new Float64Array(3);
    computeDelta(bars, 0, 3, 'proxy', delta);
    expect(delta[1]).toBe(0);
  });
});

describe('cumulative delta', () => {
  it('runs on over an unknown bar, which itself is NaN', () => {
    const out = new Float64Array(3);
    computeCvd(Float64Array.of(2, Number.NaN, -6), 0, 3, out);
    expect([...out]).toEqual([2, Number.NaN, -4]);
  });
});
