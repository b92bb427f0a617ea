import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { biasesForMix, calibrate, softmax, withoutBiases } from './calibration.ts';

const logit = fc.double({ min: -30, max: 30, noNaN: true });
const share = fc.double({ min: 0.001, max: 1, noNaN: true });
const five = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 5, maxLength: 5 });
const zeros = [0, 0, 0, 0, 0];
const ones = [1, 1, 1, 1, 1];

describe('calibrate', () => {
  it('agrees with scipy on softmax(logits / temperatures + biases)', () => {
    const probabilities = calibrate(
      [2.1, -0.3, 0.4, 1.2, -1.7],
      [0.8, 1.1, 1.3, 0.9, 1.0],
      [-3.2, -2.1, -3.1, -0.9, 0.08],
    );
    const expected = [
      0.22897455197670166, 0.03793535769545225, 0.02493576649707738, 0.6276258470548047, 0.08052847677596395,
    ];
    expected.forEach((p, c) => {
      expect(probabilities[c]).toBeCloseTo(p, 14);
    });
  });

  it('keeps huge logits finite and sums to 1', () => {
    expect([...softmax([1000, 0, -1000])]).toEqual([1, 0, 0]);
    fc.assert(
      fc.property(five(logit), (logits) => {
        const sum = softmax(logits).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(1, 12);
      }),
    );
  });

  it('refuses lengths that differ and temperatures that are not positive', () => {
    expect(() => calibrate([1, 2], [1], [0, 0])).toThrow('2 logits, 1 temperatures');
    expect(() => calibrate([1, 2], [1, 0], [0, 0])).toThrow('temperature 0 of class 1');
    expect(() => softmax([Number.NEGATIVE_INFINITY])).toThrow('finite');
  });
});

describe('biasesForMix', () => {
  it('multiplies each probability by its change of prevalence', () => {
    fc.assert(
      fc.property(five(logit), five(share), five(share), (logits, from, to) => {
        const before = calibrate(logits, ones, zeros);
        const total = (mix: number[]) => mix.reduce((a, b) => a + b);
        const weighted = before.map((p, c) => (p * to[c] * total(from)) / (from[c] * total(to)));
        const sum = weighted.reduce((a, b) => a + b);
        const after = calibrate(logits, ones, biasesForMix(zeros, from, to));
        after.forEach((p, c) => {
          expect(p).toBeCloseTo(weighted[c] / sum, 9);
        });
      }),
    );
  });

  it('comes back to where it began', () => {
    fc.assert(
      fc.property(five(logit), five(share), five(share), (biases, from, to) => {
        const back = biasesForMix(biasesForMix(biases, from, to), to, from);
        back.forEach((bias, c) => {
          expect(bias).toBeCloseTo(biases[c], 9);
        });
      }),
    );
  });

  it('gives a class that the mix does not hold probability 0', () => {
    const biases = biasesForMix([0, 0, 0], [1, 1, 2], [1, 1, 0]);
    expect([...calibrate([0, 0, 9], [1, 1, 1], biases)]).toEqual([0.5, 0.5, 0]);
  });

  it('refuses a class without share to come from and shares that are negative', () => {
    expect(() => biasesForMix([0, 0], [0, 1], [0.5, 0.5])).toThrow('class 0');
    expect(() => biasesForMix([0, 0], [1, 1], [-1, 2])).toThrow('share 0 must be');
    expect(() => biasesForMix([0, 0], [1], [1, 2])).toThrow('1 shares from');
  });
});

describe('withoutBiases', () => {
  it('gives what calibrate gives without them, row by row', () => {
    const logits = [
      [1.2, -0.4, 0.3],
      [-2, 4, 0.1],
    ];
    const temperatures = [1.5, 0.8, 1];
    const biases = [-2, -1.5, 1.1];
    const natural = logits.flatMap((row) => Array.from(calibrate(row, temperatures, biases)));
    const sampled = logits.flatMap((row) => Array.from(calibrate(row, temperatures, [0, 0, 0])));
    const moved = withoutBiases(natural, biases);
    for (const [i, value] of moved.entries()) expect(value).toBeCloseTo(sampled[i], 12);
    expect(() => withoutBiases([0.5, 0.5], biases)).toThrow('2 probabilities are no whole rows of 3');
  });
});
