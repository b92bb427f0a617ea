import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consensusOf, type Voice } from './consensus.ts';

const voices = (labels: string, future = ''): Voice<string>[] => [
  ...[...labels].map((label) => ({ label, sawFuture: false })),
  ...[...future].map((label) => ({ label, sawFuture: true })),
];

describe('consensusOf', () => {
  it.each([
    // labels, given with later bars in view, people, share, state, label
    ['', '', 1, 0.667, 'open', null],
    ['F', '', 1, 0.667, 'consensus', 'F'],
    ['F', '', 2, 0.667, 'open', null],
    ['FF', '', 2, 0.667, 'consensus', 'F'],
    ['FW', '', 2, 0.667, 'conflict', null],
    ['FFW', '', 2, 0.667, 'consensus', 'F'],
    ['FFW', '', 3, 0.667, 'consensus', 'F'],
    ['FFW', '', 3, 0.7, 'conflict', null],
    ['FFWW', '', 2, 0.5, 'conflict', null],
    ['FWB', '', 3, 0.3, 'conflict', null],
    ['F', 'W', 1, 0.667, 'consensus', 'F'],
    ['F', 'WW', 2, 0.667, 'open', null],
    ['', 'W', 1, 0.667, 'consensus', 'W'],
    ['N', '', 0, 0.667, 'consensus', 'N'],
  ])('%s|%s by %i people and a share of %f is %s %s', (labels, future, answers, agreement, state, label) => {
    expect(consensusOf(voices(labels, future), { answers, agreement })).toMatchObject({ state, label });
  });

  it('says whether only people who saw the future spoke', () => {
    const rule = { answers: 1, agreement: 0.667 };
    expect(consensusOf(voices('F', 'F'), rule).sawFuture).toBe(false);
    expect(consensusOf(voices('', 'F'), rule).sawFuture).toBe(true);
  });

  it('does not depend on the order of the voices', () => {
    const label = fc.constantFrom('F', 'W', 'B', 'X', 'N');
    const voice = fc.record({ label, sawFuture: fc.boolean() });
    const rule = fc.record({
      answers: fc.integer({ min: 1, max: 5 }),
      agreement: fc.double({ min: 0.5, max: 1, noNaN: true }),
    });
    const both = fc
      .array(voice, { maxLength: 9 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        ),
      );
    fc.assert(
      fc.property(both, rule, ([all, shuffled], given) => {
        expect(consensusOf(shuffled, given)).toEqual(consensusOf(all, given));
      }),
    );
  });

  it('decides for a class only where more than half of those counted gave it', () => {
    const voice = fc.record({ label: fc.constantFrom('F', 'W', 'B'), sawFuture: fc.constant(false) });
    fc.assert(
      fc.property(fc.array(voice, { maxLength: 9 }), (all) => {
        const { state, label } = consensusOf(all, { answers: 1, agreement: 0.5 });
        const count = all.filter((one) => one.label === label).length;
        if (state === 'consensus') expect(2 * count).toBeGreaterThan(all.length);
        else expect(label).toBeNull();
      }),
    );
  });
});
