import {
  changedSettings,
  type GivenSettings,
  type Preset,
  presetValue,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  settingRange,
} from '@/lib/contract/settings.ts';
import { newRunSchema, type Run } from '@/lib/contract/train.ts';
import type { z } from '@/lib/contract/zod.ts';

/** The run form as its fields hold it; a setting that is the preset's is an empty string. */
export interface RunValues {
  datasetId: string;
  preset: Preset;
  seed: number | string;
  settings: Record<SettingName, number | string>;
}

/** A new run's fields: all the preset's, or, to run one again, that run's own. */
export function runValues(datasetId: number | null, from: Run | null): RunValues {
  const changed = from ? changedSettings(from.preset, from.settings) : [];
  const settings = SETTING_NAMES.map((name) => [
    name,
    from && changed.includes(name) ? from.settings[name] : '',
  ]);
  return {
    datasetId: String(from?.datasetId ?? datasetId ?? ''),
    preset: from?.preset ?? 'quick',
    seed: from?.seed ?? 1,
    settings: Object.fromEntries(settings),
  };
}

/** What the fields ask for: settings that differ from the preset's. */
export function toNewRun(values: RunValues, basedOn: Run | null): z.input<typeof newRunSchema> {
  return {
    datasetId: Number(values.datasetId),
    preset: values.preset,
    seed: Number(values.seed),
    settings: givenIn(values),
    ...(basedOn ? { basedOnId: basedOn.id } : {}),
  };
}

function givenIn({ preset, settings }: RunValues): GivenSettings {
  const given = SETTING_NAMES.filter(
    (name) => settings[name] !== '' && settings[name] !== presetValue(preset, name),
  );
  return Object.fromEntries(given.map((name) => [name, settings[name]]));
}

/** Whether a field says something else than its preset. */
export function isChanged(values: RunValues, name: SettingName): boolean {
  return name in givenIn(values);
}

/** Whether the fields ask for the very run that they began with: it would give the same weights. */
export function isTheSame(values: RunValues, from: Run): boolean {
  const { datasetId, preset, seed } = values;
  if (Number(datasetId) !== from.datasetId || Number(seed) !== from.seed) return false;
  const given = givenIn(values);
  return SETTING_NAMES.every((name) => (given[name] ?? presetValue(preset, name)) === from.settings[name]);
}

/** What the contract would refuse, by the form's field. */
export function problemsOf(values: RunValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (values.datasetId === '') problems.datasetId = 'Choose a dataset';
  const parsed = newRunSchema.safeParse(toNewRun(values, null));
  for (const { path } of parsed.error?.issues ?? []) {
    const [field, name] = path.map(String);
    if (field === 'seed') problems.seed = 'A whole number from 0 on';
    if (field === 'settings') {
      const range = settingRange(SETTINGS[name as SettingName]);
      problems[`settings.${name}`] = `${range.charAt(0).toUpperCase()}${range.slice(1)}`;
    }
  }
  if (values.seed === '') problems.seed = 'A whole number from 0 on';
  return problems;
}
