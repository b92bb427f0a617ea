import { expect, test } from 'vitest';
import { closeness } from './closeness.ts';
import type { Condition, Vote } from './vote.ts';
import { stateOf } from './vote.ts';

const condition = (value: number | null, limit: number | null, holds: boolean | null): Condition => ({
  id: 'x',
  value,
  comparator: '≥',
  limit,
  holds,
});
const vote = (...conditions: Condition[]): Vote => ({
  rule: 'blowoff',
  state: stateOf(conditions),
  direction: 0,
  poleKatr: null,
  conditions,
  marks: null,
  proxy: false,
});
const held = condition(3, 2, true);

test('a rule that fires is as near as can be, one that fails by two conditions is not near at all', () => {
  expect(closeness(vote(held, held))).toBe(1);
  expect(closeness(vote(held, condition(1, 2, false), condition(1, 2, false)))).toBe(0);
});

test('a near miss is the nearer the less its one condition falls short', () => {
  expect(closeness(vote(held, condition(1.8, 2, false)))).toBeCloseTo(0.9, 12);
  expect(closeness(vote(held, condition(1, 2, false)))).toBeCloseTo(0.5, 12);
  expect(closeness(vote(held, condition(-4, 2, false)))).toBe(0);
  expect(closeness(vote(held, condition(0.8, 0.5, false)))).toBeCloseTo(0.625, 12);
});

test('what cannot be measured counts as half missed', () => {
  expect(closeness(vote(held, condition(null, 2, false)))).toBe(0.5);
  expect(closeness(vote(held, condition(null, null, null)))).toBe(0.5);
  expect(closeness(vote(held, condition(0, 0, false)))).toBe(0.5);
});
