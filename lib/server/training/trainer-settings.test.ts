import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  changedSettings,
  givenSettingsSchema,
  PRESET_SETTINGS,
  resolveSettings,
  SETTINGS,
  type SettingFacts,
} from '@/lib/contract/settings.ts';
import { findPython } from '../host/python.mjs';

const TRAINER = fileURLToPath(new URL('../../../workers/train', import.meta.url));
/** What a run has beside its settings. */
const APART = ['preset', 'seed', 'version'];

async function askTrainer(): Promise<{ settings: Record<string, unknown>; presets: unknown }> {
  const { command } = await findPython();
  const { stdout } = await promisify(execFile)(command, ['-m', 'halyard_train.config'], { cwd: TRAINER });
  return JSON.parse(stdout);
}

const asTrainerTells = (facts: SettingFacts) =>
  facts.kind === 'choice'
    ? { default: facts.standard, choices: facts.choices }
    : { default: facts.standard, whole: facts.whole, low: facts.least, high: facts.most };

describe('the settings of a run', () => {
  it('are the trainer’s own: names, defaults, ranges, choices and presets', async () => {
    const { settings, presets } = await askTrainer();
    const theirs = Object.entries(settings).filter(([name]) => !APART.includes(name));
    const ours = Object.entries<SettingFacts>(SETTINGS).map(([name, facts]) => [name, asTrainerTells(facts)]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    expect(PRESET_SETTINGS).toEqual(presets);
  });

  it('are the preset’s where none is given, and tell which are not', () => {
    const settings = resolveSettings('quick', { epochs: 3, batch: 64, precision: 'fp32' });
    expect(settings).toMatchObject({
      epochs: 3,
      batch: 64,
      rows: 1600,
      learning_rate: 0.001,
      device: 'auto',
    });
    expect(changedSettings('quick', settings)).toEqual(['epochs', 'precision']);
    expect(changedSettings('full', resolveSettings('full', {}))).toEqual([]);
  });

  it.each([
    [{ epoch: 3 }, 'epoch'],
    [{ epochs: 2.5 }, 'must be a whole number from 1 to 1,000'],
    [{ learning_rate: 0 }, 'must be a number from 0.00000001 to 10'],
    [{ device: 'gpu' }, 'must be one of auto, cpu, cuda'],
    [{ stretch: '0.1' }, 'must be a number from 0 to 0.5'],
  ])('refuse %j in words', (given, words) => {
    expect(givenSettingsSchema.safeParse(given).error?.message).toContain(words);
  });
});
