import { z } from './zod.ts';

export const PRESETS = ['quick', 'standard', 'full'] as const;
export type Preset = (typeof PRESETS)[number];

/** What belongs together, in the order in which it is read. */
export const SETTING_GROUPS = ['Length', 'Learning', 'Augmentation', 'Evaluation and machine'] as const;

interface Facts {
  readonly group: (typeof SETTING_GROUPS)[number];
  readonly name: string;
  readonly about: string;
}
export interface NumberFacts extends Facts {
  readonly kind: 'number';
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
  /** Where no preset says otherwise. */
  readonly standard: number;
}
export interface ChoiceFacts extends Facts {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly standard: string;
}
export type SettingFacts = NumberFacts | ChoiceFacts;

const LARGEST = 2 ** 31 - 1;
const whole = (facts: Facts, standard: number, least: number, most: number): NumberFacts => ({
  ...facts,
  kind: 'number',
  whole: true,
  standard,
  least,
  most,
});
const real = (facts: Facts, standard: number, least: number, most: number): NumberFacts => ({
  ...whole(facts, standard, least, most),
  whole: false,
});
const choice = (facts: Facts, standard: string, choices: readonly string[]): ChoiceFacts => ({
  ...facts,
  kind: 'choice',
  standard,
  choices,
});

/**
 * What a run may be told beside its preset and seed, under the trainer's own names: the form, the command line, the API
 * and the comparison of runs are made from this. A test holds it against the trainer's `config.py`.
 */
export const SETTINGS = {
  epochs: whole(
    { group: 'Length', name: 'Epochs at most', about: 'Passes over the training rows' },
    50,
    1,
    1000,
  ),
  early_stop: whole(
    {
      group: 'Length',
      name: 'Patience',
      about: 'Epochs without a better validation macro-F1 until it stops',
    },
    8,
    1,
    1000,
  ),
  batch: whole({ group: 'Length', name: 'Batch', about: 'Rows a step' }, 256, 2, 65536),
  rows: whole(
    { group: 'Length', name: 'Rows at most', about: 'Training rows, the class mix kept; 0 takes all' },
    0,
    0,
    LARGEST,
  ),
  label_share: real(
    {
      group: 'Length',
      name: 'Share of labels',
      about: 'Of the rows’ events, each class alike; a smaller share lies in a larger',
    },
    1,
    0.01,
    1,
  ),
  pseudo_labels: whole(
    {
      group: 'Learning',
      name: 'Pseudo-labels',
      about: '1 trains on those of the dataset; 0 leaves them out and takes as many steps',
    },
    1,
    0,
    1,
  ),
  feature_schema: whole(
    { group: 'Learning', name: 'Feature schema', about: '1 sees the image, 2 its auxiliary values too' },
    1,
    1,
    2,
  ),
  learning_rate: real(
    { group: 'Learning', name: 'Learning rate', about: 'Highest; a cosine falls from it to 0' },
    1e-3,
    1e-8,
    10,
  ),
  weight_decay: real({ group: 'Learning', name: 'Weight decay', about: 'Of AdamW' }, 1e-4, 0, 10),
  warmup: real(
    { group: 'Learning', name: 'Warm-up', about: 'Share of all steps in which the rate climbs' },
    0.05,
    0,
    1,
  ),
  pole_weight: real(
    { group: 'Learning', name: 'Weight of the pole', about: 'Of the pole’s loss beside the class’s' },
    0.3,
    0,
    100,
  ),
  smoothing: real(
    { group: 'Learning', name: 'Label smoothing', about: 'Share of each target spread over all classes' },
    0.05,
    0,
    0.5,
  ),
  cutmix: real(
    { group: 'Augmentation', name: 'CutMix', about: 'Share of rows that get a patch of another' },
    0.1,
    0,
    1,
  ),
  stretch: real(
    { group: 'Augmentation', name: 'Stretch', about: 'Most a window is stretched, its last bar held' },
    0.1,
    0,
    0.5,
  ),
  eval_rows: whole(
    { group: 'Evaluation and machine', name: 'Rows evaluated', about: 'Of each other split; 0 takes all' },
    0,
    0,
    LARGEST,
  ),
  bootstrap: whole(
    {
      group: 'Evaluation and machine',
      name: 'Bootstrap',
      about: 'Resamples behind each interval; 0 gives none',
    },
    500,
    0,
    100_000,
  ),
  device: choice(
    { group: 'Evaluation and machine', name: 'Device', about: 'auto takes a GPU where there is one' },
    'auto',
    ['auto', 'cpu', 'cuda'],
  ),
  precision: choice(
    {
      group: 'Evaluation and machine',
      name: 'Precision',
      about: 'auto takes bf16 where the device multiplies it natively',
    },
    'auto',
    ['auto', 'fp32', 'bf16'],
  ),
  threads: whole(
    { group: 'Evaluation and machine', name: 'Threads', about: 'Of the processor; 0 takes all cores' },
    0,
    0,
    1024,
  ),
} as const satisfies Record<string, SettingFacts>;
export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];
export type SettingValue = number | string;
export type Settings = Readonly<Record<SettingName, SettingValue>>;

/** What each preset sets; the rest is standard. */
export const PRESET_SETTINGS: Readonly<Record<Preset, Readonly<Partial<Record<SettingName, number>>>>> = {
  quick: { rows: 1600, eval_rows: 600, epochs: 6, batch: 64, bootstrap: 200 },
  standard: { rows: 12000, eval_rows: 3000, epochs: 15 },
  full: {},
};

/** What a value must be, in words: `a whole number from 1 to 1,000`. */
export function settingRange(facts: SettingFacts): string {
  if (facts.kind === 'choice') return `one of ${facts.choices.join(', ')}`;
  const [least, most] = [facts.least, facts.most].map((value) =>
    value.toLocaleString('en-US', { maximumFractionDigits: 8 }),
  );
  return `a ${facts.whole ? 'whole ' : ''}number from ${least} to ${most}`;
}

function schemaOf(facts: SettingFacts): z.ZodType<SettingValue> {
  const error = `must be ${settingRange(facts)}`;
  if (facts.kind === 'choice') return z.enum(facts.choices, error);
  const number = z.number(error).min(facts.least, error).max(facts.most, error);
  return facts.whole ? number.int(error) : number;
}

const fields = Object.fromEntries(SETTING_NAMES.map((name) => [name, schemaOf(SETTINGS[name])])) as Record<
  SettingName,
  z.ZodType<SettingValue>
>;
/** Every setting of a run. */
export const settingsSchema = z.strictObject(fields);
/** Those that somebody gave; an unknown name is refused. */
export const givenSettingsSchema = settingsSchema.partial();
export type GivenSettings = z.output<typeof givenSettingsSchema>;

/** A preset's value of a setting. */
export function presetValue(preset: Preset, name: SettingName): SettingValue {
  return PRESET_SETTINGS[preset][name] ?? SETTINGS[name].standard;
}

/** All settings of a run: what was given, else the preset's. */
export function resolveSettings(preset: Preset, given: GivenSettings): Settings {
  return settingsSchema.parse(
    Object.fromEntries(SETTING_NAMES.map((name) => [name, given[name] ?? presetValue(preset, name)])),
  );
}

/** Names of the settings that are not their preset's, in reading order. */
export function changedSettings(preset: Preset, settings: Settings): SettingName[] {
  return SETTING_NAMES.filter((name) => settings[name] !== presetValue(preset, name));
}
