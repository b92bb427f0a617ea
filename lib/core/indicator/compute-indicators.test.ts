import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomBars } from '../fixtures/random-bars.ts';
import { fixture, fixtureBars } from '../fixtures/random-walk.ts';
import { atrZ, computeLogAtr } from './atr-z.ts';
import {
  allocateIndicators,
  computeIndicators,
  FIRST_STATEFUL_INDEX,
  stateBefore,
} from './compute-indicators.ts';
import { volumeZ } from './volume-z.ts';

const COLUMNS = ['atr', 'ema', 'rsi'] as const;

describe('indicators', () => {
  const bars = fixtureBars();
  const indicators = computeIndicators(bars, 0, bars.length);

  it('are those of a separate numpy reading over the first 400 bars, NaN while warming up', () => {
    for (const name of COLUMNS) {
      fixture.first400[name].forEach((expected, i) => {
        if (expected === null) expect(indicators[name][i]).toBeNaN();
        else expect(Math.abs(indicators[name][i] / expected - 1)).toBeLessThan(1e-12);
      });
    }
  });

  it('agree with TA-Lib to 1e-9 after 400 bars', () => {
    for (const name of COLUMNS) {
      fixture.talib.at.forEach((t, i) => {
        expect(Math.abs(indicators[name][t] - fixture.talib[name][i])).toBeLessThan(1e-9);
      });
    }
  });

  it('have z-scores of volume and ATR as numpy computes them', () => {
    const logAtr = new Float64Array(bars.length);
    computeLogAtr(indicators.atr, 0, bars.length, logAtr);
    fixture.zScores.at.forEach((t, i) => {
      expect(volumeZ(bars.volume, t)).toBeCloseTo(fixture.zScores.volume[i], 10);
      expect(atrZ(logAtr, t)).toBeCloseTo(fixture.zScores.atr[i], 9);
    });
  });

  it('give an RSI of 50 where nothing ever moved', () => {
    const flat = randomBars(1, 40);
    flat.close.fill(7);
    expect(computeIndicators(flat, 0, 40).rsi[39]).toBe(50);
  });

  it('continue bit for bit from any state, in any number of pieces', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
        (seed, cuts) => {
          const some = randomBars(seed, 400);
          const whole = computeIndicators(some, 0, some.length);
          const pieces = allocateIndicators(some.length);
          let from = 0;
          for (const cut of [FIRST_STATEFUL_INDEX - 1, ...cuts]) {
            const to = Math.min(some.length, from + cut);
            computeIndicators(some, from, to, from === 0 ? null : stateBefore(some, pieces, from), pieces);
            from = to;
          }
          for (const name of COLUMNS)
            expect(pieces[name].subarray(0, from)).toEqual(whole[name].subarray(0, from));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('have no state to continue from while one of them warms up', () => {
    expect(stateBefore(bars, indicators, FIRST_STATEFUL_INDEX - 2)).toBeNull();
    expect(stateBefore(bars, indicators, FIRST_STATEFUL_INDEX - 1)).toMatchObject({
      ema: indicators.ema[20],
    });
  });

  it('name the asked bars when they are not there', () => {
    expect(() => computeIndicators(bars, 0, bars.length + 1)).toThrow('bars [0, 3001) asked of 3000 bars');
    expect(() => stateBefore(bars, indicators, 0)).toThrow('before bar 0');
  });
});

describe('volume z', () => {
  it('is 0 where 20 equal volumes have a mean that is rounded away from them', () => {
    const volume = new Float64Array(21).fill(0.1);
    volume[20] = 5;
    expect(volumeZ(volume, 20)).toBe(0);
  });

  it('is NaN where fewer than 20 bars lie before', () => {
    expect(volumeZ(new Float64Array(20), 19)).toBeNaN();
  });
});
