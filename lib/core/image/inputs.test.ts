import { describe, expect, it } from 'vitest';
import { randomBars } from '../fixtures/random-bars.ts';
import { computeIndicators } from '../indicator/compute-indicators.ts';
import { composeAux } from './auxiliary.ts';
import { composeImage } from './compose.ts';
import { allocateInputs, composeInputs, requireInputs, sliceInputs } from './inputs.ts';
import { AUX_LENGTH, IMAGE } from './schema.ts';

const ROW = { M: 0.02, rsiMean: 0.5, rsiStd: 0.15, drMean: 0, drStd: 0.05, p0_5: -2.5, p99_5: 2.5 };

describe('the inputs of a model', () => {
  const bars = randomBars(4, 300);
  const indicators = computeIndicators(bars, 0, bars.length);

  it('are each window’s image, and with feature schema 2 its auxiliary values', () => {
    const image = new Uint8Array(2 * IMAGE.bytes);
    composeImage(image, 0, bars, indicators, 200, ROW);
    composeImage(image, IMAGE.bytes, bars, indicators, 250, ROW);
    const aux = new Float32Array(2 * AUX_LENGTH);
    composeAux(aux, 0, bars, indicators, 200);
    composeAux(aux, AUX_LENGTH, bars, indicators, 250);
    for (const schema of [1, 2] as const) {
      const inputs = allocateInputs(schema, 2);
      composeInputs(inputs, 0, bars, indicators, 200, ROW);
      composeInputs(inputs, 1, bars, indicators, 250, ROW);
      expect(inputs).toEqual({ count: 2, images: image, aux: schema === 2 ? aux : null });
      expect(sliceInputs(inputs, 1, 2)).toEqual({
        count: 1,
        images: image.subarray(IMAGE.bytes),
        aux: schema === 2 ? aux.subarray(AUX_LENGTH) : null,
      });
    }
  });

  it('are refused where they are another schema’s or of another count', () => {
    expect(() => requireInputs(1, allocateInputs(1, 3))).not.toThrow();
    expect(() => requireInputs(2, allocateInputs(2, 3))).not.toThrow();
    expect(() => requireInputs(2, allocateInputs(1, 3))).toThrow(
      'inputs of 0 auxiliary values: 3 windows of feature schema 2 have 54',
    );
    expect(() => requireInputs(1, allocateInputs(2, 3))).toThrow('feature schema 1 have 0');
    expect(() => requireInputs(2, { ...allocateInputs(2, 3), count: 2 })).toThrow('2 windows have 24576');
  });
});
