import { expect, test } from 'vitest';
import { newSelfTrainingSchema } from '@/lib/contract/self-training.ts';
import { newValues, problemsOf, toNewSelfTraining } from './self-training-values.ts';

test('the form begins with the standard of the contract and asks for it', () => {
  const values = newValues(3);
  expect(problemsOf(values)).toEqual({});
  expect(toNewSelfTraining(values)).toEqual(newSelfTrainingSchema.parse({ datasetId: 3 }));
  expect(toNewSelfTraining({ ...values, teacher: 'v0_2_0', rounds: '3' })).toMatchObject({
    teacher: 'v0_2_0',
    settings: { rounds: 3 },
  });
});

test('each field that is not right says what would be', () => {
  const values = newValues(null);
  const problems = problemsOf({
    ...values,
    seed: -1,
    rounds: 0,
    auditPerClass: 1.5,
    precisionFloor: 2,
    balance: 0,
    thresholds: { ...values.thresholds, flag: 0 },
    caps: { ...values.caps, none: -1 },
  });
  expect(Object.keys(problems).sort()).toEqual(
    [
      'auditPerClass',
      'balance',
      'caps.none',
      'datasetId',
      'precisionFloor',
      'rounds',
      'seed',
      'thresholds.flag',
    ].sort(),
  );
  expect(problems['thresholds.flag']).toBe('Above 0, at most 1');
});
