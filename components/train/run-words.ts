import {
  PRESET_SETTINGS,
  type Preset,
  presetValue,
  SETTINGS,
  type SettingName,
} from '@/lib/contract/settings.ts';
import type { Run } from '@/lib/contract/train.ts';

/** Steps done of all steps of a run, 0 to 1; null before its first step. Early stopping may end it sooner. */
export function shareDone({ state, progress }: Pick<Run, 'state' | 'progress'>): number | null {
  if (state === 'done') return 1;
  if (!progress || progress.epochs === 0 || progress.steps === 0) return null;
  const epochs = Math.max(0, progress.epoch - 1) + progress.step / progress.steps;
  return Math.min(1, epochs / progress.epochs);
}

const PRESET_USE: Record<Preset, string> = {
  quick: 'minutes, to see that it works',
  standard: 'a first model',
  full: 'the model to promote',
};
const wordsOfPreset = (preset: Preset): string => {
  const { rows } = PRESET_SETTINGS[preset];
  const epochs = presetValue(preset, 'epochs');
  return `${rows ? `${settingWords('rows', rows)} rows` : 'All rows'}, up to ${epochs} epochs: ${PRESET_USE[preset]}`;
};
export const PRESET_WORDS: Record<Preset, string> = {
  quick: wordsOfPreset('quick'),
  standard: wordsOfPreset('standard'),
  full: wordsOfPreset('full'),
};

/** A setting's value as people read it. */
export function settingWords(name: SettingName, value: number | string): string {
  if (typeof value === 'string') return value;
  if (value === 0 && SETTINGS[name].about.includes('0 takes all')) return 'all';
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

/** Where a waiting run stands: `next, after run 12`, `place 3, after run 14`. */
export function waitWords({ waits }: Pick<Run, 'waits'>): string | null {
  if (!waits) return null;
  const place = waits.place === 1 ? 'next' : `place ${waits.place}`;
  return waits.after === null ? place : `${place}, after run ${waits.after}`;
}
