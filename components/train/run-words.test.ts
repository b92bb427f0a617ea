import { expect, test } from 'vitest';
import { PRESET_WORDS, settingWords, waitWords } from './run-words.ts';

test('settings read as people write them', () => {
  expect(settingWords('rows', 12000)).toBe('12,000');
  expect(settingWords('rows', 0)).toBe('all');
  expect(settingWords('threads', 0)).toBe('all');
  expect(settingWords('cutmix', 0)).toBe('0');
  expect(settingWords('weight_decay', 1e-4)).toBe('0.0001');
  expect(settingWords('precision', 'auto')).toBe('auto');
});

test('a preset says how much it takes, from what it sets', () => {
  expect(PRESET_WORDS.quick).toBe('1,600 rows, up to 6 epochs: minutes, to see that it works');
  expect(PRESET_WORDS.full).toBe('All rows, up to 50 epochs: the model to promote');
});

test('a run that waits says for which and in which place', () => {
  expect(waitWords({ waits: { place: 1, after: 12 } })).toBe('next, after run 12');
  expect(waitWords({ waits: { place: 3, after: 14 } })).toBe('place 3, after run 14');
  expect(waitWords({ waits: { place: 1, after: null } })).toBe('next');
  expect(waitWords({ waits: null })).toBeNull();
});
