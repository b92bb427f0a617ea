import { expect, it } from 'vitest';
import { othersWords, whatWaits } from './waiting-words.ts';

const state = (kind: 'saved' | 'waiting' | 'offline' | 'signed-out', count: number) => ({
  kind,
  count,
  refused: 0,
  text: '',
});

it.each([
  ['waiting', 1, '1 answer is on the way'],
  ['waiting', 3, '3 answers are on the way'],
  ['offline', 41, '41 answers by Ann are kept in this browser and go out by themselves when it is back.'],
  ['offline', 1, '1 answer by Ann is kept in this browser and goes out by itself when it is back.'],
  ['signed-out', 3, '3 answers by Ann are kept in this browser. Sign in as Ann and they go out.'],
  ['signed-out', 0, 'Nothing waits. Sign in as Ann to go on.'],
] as const)('%s with %i waiting says what becomes of it', (kind, count, words) => {
  const { title, text } = whatWaits(state(kind, count), 'Ann');
  expect(`${title} ${text}`).toContain(words);
});

it('names whose answers wait where this browser knows', () => {
  expect(othersWords({ author: 'a', name: 'Ann', count: 2 })).toBe(
    '2 answers by Ann wait in this browser and go out when Ann signs in here.',
  );
  expect(othersWords({ author: 'a', name: null, count: 1 })).toBe(
    '1 answer by somebody else waits in this browser and goes out when they sign in here.',
  );
});
