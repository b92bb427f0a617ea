import { expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { type Round, roundSchema, selfTrainingSchema } from '@/lib/contract/self-training.ts';
import { pointsOf, roundWords, stepsOf } from './round-words.ts';

const round = (more: Partial<Round> = {}): Round =>
  roundSchema.parse({
    ...{ id: 1, number: 1, teacher: 'v0_1_0', state: 'running', step: 'predict', jobId: null, report: {} },
    ...{ auditQueueId: null, audit: null, datasetId: null, student: null, control: null, reason: null },
    ...{ decidedBy: null, createdAt: '2026-01-01T00:00:00.000Z', endedAt: null, revertedAt: null },
    ...more,
  });

test('the steps before the one at hand are done; one that ended there was stopped', () => {
  const at = (more: Partial<Round>) => stepsOf(round(more)).map((step) => step.at);
  expect(at({ step: 'audit', state: 'auditing' })).toEqual([
    'done',
    'done',
    'now',
    'to come',
    'to come',
    'to come',
  ]);
  expect(at({ step: 'dataset', state: 'failed' })).toEqual([
    'done',
    'done',
    'done',
    'stopped',
    'to come',
    'to come',
  ]);
  expect(at({ step: 'compare', state: 'accepted' })).toEqual(Array(6).fill('done'));
});

test('a round says what it waits for, or why it ended and by whom', () => {
  const judged = {
    asked: 50,
    judged: 12,
    right: 10,
    precision: 0.83,
    interval: null,
    verdict: 'open' as const,
  };
  const audit = Object.fromEntries(CLASS_IDS.map((id) => [id, judged])) as Round['audit'];
  expect(roundWords(round({ state: 'auditing', step: 'audit', audit }))).toBe(
    'People have judged 60 of 250 windows.',
  );
  expect(roundWords(round({ step: 'train' }))).toBe('Student and control are being trained.');
  expect(roundWords(round({ state: 'rejected', reason: 'Too few.', decidedBy: 'Ada' }))).toBe(
    'Too few. By Ada.',
  );
  expect(roundWords(round({ state: 'cancelled' }))).toBe('Stopped; it can go on where it was.');
});

test('share of pseudo-labels and drift of the class mix are read from the training rows', () => {
  const report = {
    trainingRows: { record: [10, 10, 10, 10, 40], weak: [0, 0, 0, 0, 0], pseudo: [20, 0, 0, 0, 20] },
  };
  const of = selfTrainingSchema.parse({
    ...{ id: 1, datasetId: 1, datasetName: 'seeds', settings: {}, createdBy: 'Ada' },
    createdAt: '2026-01-01T00:00:00.000Z',
    rounds: [round({ report }), round({ number: 2 })],
  });
  const [first, second] = pointsOf(of);
  expect(first.pseudoShare).toBeCloseTo(40 / 120);
  // Of the labels an eighth each and half; of the pseudo-labels half and half: 3/8 lie elsewhere.
  expect(first.drift).toBeCloseTo(3 / 8);
  expect(second).toEqual({
    ...{ number: 2, pseudoShare: null, drift: null, ece: null, eceNatural: null },
    ...{ macroF1: null, control: null },
  });
});
