import { Command } from 'commander';
import { expect, test } from 'vitest';
import { SETTING_NAMES } from '@/lib/contract/settings.ts';
import { addSettingOptions, settingsAmong } from './settings.ts';

function read(...words: string[]) {
  const command = addSettingOptions(
    new Command().exitOverride().configureOutput({ writeErr: () => undefined }),
  );
  command.parse(words, { from: 'user' });
  return settingsAmong(command.opts());
}

test('every setting is an option, and what is not named is not given', () => {
  expect(read('--learning-rate', '2e-3', '--early-stop=4', '--device', 'cpu')).toEqual({
    learning_rate: 0.002,
    early_stop: 4,
    device: 'cpu',
  });
  expect(read()).toEqual({});
  expect(addSettingOptions(new Command()).options).toHaveLength(SETTING_NAMES.length);
});

test.each([
  [['--epochs', '2.5'], 'a whole number from 1 to 1,000 is needed'],
  [['--stretch', 'much'], 'a number from 0 to 0.5 is needed'],
  [['--rows', ''], 'a whole number from 0'],
  [['--precision', 'fp16'], 'Allowed choices are auto, fp32, bf16'],
])('%j is refused in words', (words, sentence) => {
  expect(() => read(...words)).toThrow(sentence);
});
