import { describe, expect, test } from 'vitest';
import { queueFilterSchema } from '@/lib/contract/queue.ts';
import { newValues, problemsOf, toQueue } from './queue-values.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const filterOf = (from: string, to: string) => toQueue({ ...newValues(null, null), from, to }).filter;

describe('the form of a queue', () => {
  test('reads its last moment as the end of the day, month or year that is written, or as the moment itself', () => {
    for (const [written, last] of [
      ['2025', '2026-01-01T00:00'],
      ['2025-12', '2026-01-01T00:00'],
      ['2024-02', '2024-03-01T00:00'],
      ['2025-02-28', '2025-03-01T00:00'],
    ]) {
      expect(filterOf('', written)?.to, written).toBe(at(last) - 1);
    }
    expect(filterOf('', '2025-02-28 07:30')?.to).toBe(at('2025-02-28T07:30'));
    expect(filterOf('2025-02', '')?.from).toBe(at('2025-02-01T00:00'));
  });

  test('gives back the filter that it was filled in with', () => {
    for (const [from, to] of [
      [null, null],
      [at('2025-03-14T00:00'), at('2025-03-15T00:00') - 1],
      [at('2025-03-14T07:15'), at('2025-03-14T21:00')],
    ]) {
      const filter = queueFilterSchema.parse({
        classes: ['flag'],
        kinds: ['event'],
        symbols: ['x:A'],
        from,
        to,
      });
      expect(toQueue(newValues(filter, 2))).toMatchObject({ filter, ruleSetNumber: 2 });
    }
  });

  test('says by the field what cannot be sent', () => {
    const values = newValues(null, null);
    expect(problemsOf({ ...values, name: 'x' })).toEqual({});
    const wrong = {
      ...values,
      from: '2025-02-30',
      to: 'soon',
      mix: { ...values.mix, random: 20 },
      overlap: '',
    };
    expect(problemsOf(wrong)).toEqual({
      name: 'Give it a name of at most 80 characters',
      from: 'A time, such as 2025-03-14 or 2025-03-14 07:00',
      to: 'A time, not before the first one',
      mix: 'The shares add up to 120 %; they must add up to 100 %',
      overlap: 'A whole number from 1 to 50',
    });
  });
});
