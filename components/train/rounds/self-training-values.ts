import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import {
  type NewSelfTraining,
  newSelfTrainingSchema,
  type SelfTrainingSettings,
  selfTrainingSettingsSchema,
} from '@/lib/contract/self-training.ts';
import type { Preset } from '@/lib/contract/settings.ts';

type Field = number | string;

/** The form of a self-training as its fields hold it. */
export interface SelfTrainingValues {
  datasetId: string;
  /** Empty: the champion. */
  teacher: string;
  preset: Preset;
  seed: Field;
  rounds: Field;
  auditPerClass: Field;
  precisionFloor: Field;
  leastGain: Field;
  balance: Field;
  thresholds: Record<ClassId, Field>;
  caps: Record<ClassId, Field>;
}

const STANDARD: SelfTrainingSettings = selfTrainingSettingsSchema.parse({});

export function newValues(datasetId: number | null): SelfTrainingValues {
  const { preset, seed, rounds, auditPerClass, precisionFloor, leastGain, balance } = STANDARD;
  return {
    datasetId: datasetId === null ? '' : String(datasetId),
    teacher: '',
    ...{ preset, seed, rounds, auditPerClass, precisionFloor, leastGain, balance },
    thresholds: { ...STANDARD.thresholds },
    caps: { ...STANDARD.caps },
  };
}

function asked(values: SelfTrainingValues): unknown {
  const { datasetId, teacher, preset, thresholds, caps } = values;
  const number = (value: Field) => (value === '' ? undefined : Number(value));
  const each = (fields: Record<ClassId, Field>) =>
    Object.fromEntries(CLASS_IDS.map((id) => [id, number(fields[id])]));
  return {
    datasetId: number(datasetId),
    ...(teacher === '' ? {} : { teacher }),
    settings: {
      preset,
      seed: number(values.seed),
      rounds: number(values.rounds),
      auditPerClass: number(values.auditPerClass),
      precisionFloor: number(values.precisionFloor),
      leastGain: number(values.leastGain),
      balance: number(values.balance),
      thresholds: each(thresholds),
      caps: each(caps),
    },
  };
}

/** What the fields ask for; an empty one of those that have a standard takes it. @throws where a field is not right */
export const toNewSelfTraining = (values: SelfTrainingValues): NewSelfTraining =>
  newSelfTrainingSchema.parse(asked(values));

/** What each field must be. */
const MUST_BE: Readonly<Record<string, string>> = {
  datasetId: 'Choose a dataset',
  seed: 'A whole number from 0 on',
  rounds: 'A whole number from 1 to 10',
  auditPerClass: 'A whole number from 0 to 500',
  precisionFloor: 'A number from 0 to 1',
  leastGain: 'A number from −1 to 1',
  balance: 'A number from 1 to 1,000',
  thresholds: 'Above 0, at most 1',
  caps: 'A whole number from 0 on',
};

/** What the contract would refuse, by the form's field. */
export function problemsOf(values: SelfTrainingValues): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const { path } of newSelfTrainingSchema.safeParse(asked(values)).error?.issues ?? []) {
    const at = path.map(String).filter((part) => part !== 'settings');
    problems[at.join('.')] = MUST_BE[at[0]] ?? 'This is not right';
  }
  return problems;
}
