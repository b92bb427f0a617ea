import { describe, expect, it } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import { checkModel } from './check-model.ts';

const row = { M: 0.1, rsiMean: 0.5, rsiStd: 0.1, drMean: 0, drStd: 0.05, p0_5: -2, p99_5: 2 };
const served: ServedModel = {
  version: 'v0_3_1',
  sha256: 'a'.repeat(64),
  bytes: 1_250_000,
  url: '/api/v1/models/v0_3_1/model.onnx',
  featureSchema: 1,
  classMap: [...CLASS_IDS],
  temperatures: [1, 1, 1, 1, 1],
  biases: [0, 0, 0, 0, 0],
  thresholds: [null, null, null, null, null],
  quantisation: { schema: 1, global: row, series: {} },
};

describe('checkModel', () => {
  it.each([1, 2])('takes a version of feature schema %i made for this page’s classes', (featureSchema) => {
    expect(checkModel({ ...served, featureSchema })).toMatchObject({
      ok: true,
      model: { version: 'v0_3_1', schema: featureSchema, classCount: 5 },
    });
  });

  it.each<[object, RegExp]>([
    [{ featureSchema: 3 }, /reads feature schema 3; this app composes schemas 1 and 2/],
    [{ classMap: ['flag', 'none'] }, /answers the classes flag, none; this app knows flag, wedge/],
    [{ classMap: [...CLASS_IDS].reverse() }, /answers the classes none, wick_exhaustion/],
  ])('refuses %o in words', (change, words) => {
    const checked = checkModel({ ...served, ...change });
    expect(checked.ok ? '' : checked.words).toMatch(words);
  });
});
