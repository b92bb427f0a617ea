import { describe, expect, it } from 'vitest';
import { DATASET_VALUES, problemsOf, toPolicy } from './dataset-values.ts';

const named = { ...DATASET_VALUES, name: 'first' };

describe('the dataset form', () => {
  it('asks for what the contract’s own defaults say', () => {
    expect(toPolicy(named)).toMatchObject({
      validationShare: 0.15,
      testShare: 0.15,
      capPerClass: null,
      symbols: null,
      seed: 1,
    });
    expect(problemsOf(named)).toEqual({});
  });

  it('says what is wrong beside the field it is in', () => {
    expect(
      Object.keys(problemsOf({ ...named, name: ' ', testPercent: 80, capPerClass: 0, seed: -1 })).sort(),
    ).toEqual(['capPerClass', 'name', 'seed', 'testPercent']);
    expect(problemsOf({ ...named, validationPercent: '' })).toEqual({ validationPercent: '5 to 40 %' });
  });

  it('keeps something to train on', () => {
    const all = { ...named, symbols: ['demo:AAA'], unseenSymbols: ['demo:AAA', 'demo:BBB'] };
    expect(problemsOf(all)).toHaveProperty('unseenSymbols');
    expect(problemsOf({ ...all, symbols: [] })).toEqual({});
  });
});
