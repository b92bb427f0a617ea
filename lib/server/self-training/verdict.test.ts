import { expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Compared } from '@/lib/contract/gate.ts';
import type { RoundComparison } from '@/lib/contract/self-training.ts';
import { auditOf, auditOfAll, auditRefusal, decide, stillToJudge } from './verdict.ts';

test('an audit says whether a class is surely at the floor, surely below it, or neither', () => {
  expect(auditOf({ asked: 50, judged: 0, right: 0 }, 0.8)).toMatchObject({
    precision: null,
    verdict: 'open',
  });
  expect(auditOf({ asked: 50, judged: 50, right: 49 }, 0.8)).toMatchObject({
    precision: 0.98,
    verdict: 'holds',
  });
  expect(auditOf({ asked: 50, judged: 50, right: 42 }, 0.8)).toMatchObject({
    precision: 0.84,
    verdict: 'open',
  });
  // Wilson's interval of 30 of 50 is 0.462 to 0.724.
  const below = auditOf({ asked: 50, judged: 50, right: 30 }, 0.8);
  expect(below).toMatchObject({ precision: 0.6, verdict: 'below' });
  expect(below.interval?.[0]).toBeCloseTo(0.4618, 3);
  expect(below.interval?.[1]).toBeCloseTo(0.7239, 3);
  expect(auditOf(undefined, 0.8)).toMatchObject({ asked: 0, verdict: 'open' });
});

test('one class surely below the floor ends the round, and is named with its figures', () => {
  const holds = { asked: 50, judged: 50, right: 50 };
  const audit = auditOfAll({ flag: holds, wedge: { asked: 50, judged: 40, right: 10 } }, 0.8);
  expect(auditRefusal(audit, 0.8)).toBe('Audited precision below 80 %: wedge 10 of 40 right (14 % to 40 %).');
  expect(stillToJudge(audit)).toBe(10);
  expect(auditRefusal(auditOfAll({ flag: holds }, 0.8), 0.8)).toBeNull();
});

const compared = (difference: number, half: number): Compared => ({
  ...{ own: 0.6 + difference, ownInterval: null, other: 0.6, otherInterval: null },
  difference,
  differenceInterval: [difference - half, difference + half],
});
const headline = (macroF1: Compared) => ({
  ...{ macroF1, ece: macroF1, poleMae: macroF1, f1: CLASS_IDS.map(() => macroF1) },
});
const versus = (macroF1: Compared) => ({ sampled: headline(macroF1), natural: null });
const set = (
  name: 'validation' | 'gold',
  control: Compared,
  teacher: Compared,
): RoundComparison['sets'][number] => ({
  ...{ set: name, rows: 100, events: 80, trainedOn: 0 },
  control: versus(control),
  teacher: versus(teacher),
});
const decideOn = (sets: RoundComparison['sets'], leastGain = 0) => decide({ sets, notes: [] }, leastGain);

test('a student is accepted where all of the interval of its gain over the control lies above the least', () => {
  const sure = set('validation', compared(0.05, 0.03), compared(0.01, 0.05));
  expect(decideOn([sure])).toEqual({
    accepted: true,
    reason: 'Validation macro-F1 +0.050 (+0.020 to +0.080) beside the control.',
  });
  expect(decideOn([sure], 0.03)).toMatchObject({ accepted: false });
  const unsure = set('validation', compared(0.05, 0.06), compared(0.01, 0.05));
  expect(decideOn([unsure]).reason).toBe(
    'No sure gain: validation macro-F1 +0.050 (−0.010 to +0.110) beside the control; all of it must lie above 0.000.',
  );
  expect(decideOn([unsure], -0.05).accepted).toBe(true);
});

test('a student that is surely worse than its teacher, or on gold than anybody, is not', () => {
  const gain = compared(0.05, 0.03);
  const worse = compared(-0.06, 0.02);
  expect(decideOn([set('validation', gain, worse)]).reason).toBe(
    'Worse than its teacher on validation: macro-F1 −0.060 (−0.080 to −0.040).',
  );
  const good = set('validation', gain, gain);
  expect(decideOn([good, set('gold', worse, gain)]).reason).toMatch(/^Worse than the control on gold/);
  expect(decideOn([good, set('gold', gain, worse)]).accepted).toBe(false);
  expect(decideOn([good, set('gold', compared(-0.01, 0.05), gain)]).accepted).toBe(true);
});

test('without enough rows nothing is accepted', () => {
  const nothing = { ...compared(0, 0), difference: null, differenceInterval: null };
  expect(decideOn([set('validation', nothing, nothing)])).toMatchObject({ accepted: false });
  expect(decideOn([])).toEqual({
    accepted: false,
    reason: 'Too few validation rows to tell the student from the control.',
  });
});
