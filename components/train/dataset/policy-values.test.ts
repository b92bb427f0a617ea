import { describe, expect, it } from 'vitest';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { countable, NEW_POLICY, problemsOf, toPolicy, toValues } from './policy-values.ts';

const named = { ...NEW_POLICY, name: 'first' };

describe('the form of a policy', () => {
  it('asks for what the contract’s own defaults say', () => {
    expect(datasetPolicySchema.parse(toPolicy(named))).toEqual(datasetPolicySchema.parse({ name: 'first' }));
    expect(problemsOf(named)).toEqual({});
  });

  it('says what is wrong beside the field it is in', () => {
    const wrong = {
      ...named,
      name: ' ',
      testPercent: 80,
      capPerClass: 0,
      classCaps: { ...named.classCaps, wedge: -1 },
      seed: -1,
      from: '2025-02-01',
      to: '2025-01-31',
      cutBy: 'date' as const,
      validationFrom: '2025-01-01',
      testFrom: 'soon',
    };
    expect(Object.keys(problemsOf(wrong)).sort()).toEqual([
      'capPerClass',
      'classCaps.wedge',
      'name',
      'seed',
      'testFrom',
      'testPercent',
    ]);
    expect(problemsOf({ ...named, from: '2025-02-01', to: '2025-01-31' })).toHaveProperty('to');
    expect(problemsOf({ ...named, validationPercent: '' })).toEqual({ validationPercent: '5 to 40 %' });
    const backwards = { cutBy: 'date' as const, validationFrom: '2025-03-01', testFrom: '2025-02-01' };
    expect(Object.keys(problemsOf({ ...named, ...backwards }))).toEqual(['testFrom']);
  });

  it('keeps something to train on', () => {
    const all = { ...named, symbols: ['demo:AAA'], unseenSymbols: ['demo:AAA', 'demo:BBB'] };
    expect(problemsOf(all)).toHaveProperty('unseenSymbols');
    expect(problemsOf({ ...all, symbols: [] })).toEqual({});
  });

  it('opens a policy that was built and asks for the same again', () => {
    const policy = datasetPolicySchema.parse({
      name: 'second',
      sources: 'record+weak',
      ruleSetNumber: 2,
      symbols: ['demo:AAA'],
      timeframes: ['1h'],
      from: Date.UTC(2024, 0, 1),
      to: Date.UTC(2025, 0, 1) - 1,
      cut: { validationFrom: Date.UTC(2024, 6, 1), testFrom: Date.UTC(2024, 9, 1, 12) },
      unseenSymbols: ['demo:BBB'],
      capPerClass: 500,
      classCaps: { wedge: 0, none: 900 },
      seed: 7,
    });
    expect(datasetPolicySchema.parse(toPolicy(toValues(policy)))).toEqual(policy);
  });

  it('is counted before it has a name, and not while it is wrong', () => {
    expect(countable(NEW_POLICY)?.sources).toBe('record');
    expect(countable({ ...NEW_POLICY, testPercent: 90 })).toBeNull();
  });
});
