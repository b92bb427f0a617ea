import { type DatasetPolicy, datasetPolicySchema } from '@/lib/contract/train.ts';
import type { z } from '@/lib/contract/zod.ts';

/** The dataset form as its fields hold it: shares in percent, an empty number as an empty string. */
export interface DatasetValues {
  name: string;
  sources: DatasetPolicy['sources'];
  ruleSetNumber: string;
  validationPercent: number | string;
  testPercent: number | string;
  unseenSymbols: string[];
  symbols: string[];
  capPerClass: number | string;
  seed: number | string;
}

export const DATASET_VALUES: DatasetValues = {
  name: '',
  sources: 'record',
  ruleSetNumber: '1',
  validationPercent: 15,
  testPercent: 15,
  unseenSymbols: [],
  symbols: [],
  capPerClass: '',
  seed: 1,
};

/** What the form asks for, in the contract's own terms. */
export function toPolicy(values: DatasetValues): z.input<typeof datasetPolicySchema> {
  return {
    name: values.name,
    sources: values.sources,
    ruleSetNumber: Number(values.ruleSetNumber),
    validationShare: Number(values.validationPercent) / 100,
    testShare: Number(values.testPercent) / 100,
    unseenSymbols: values.unseenSymbols,
    symbols: values.symbols.length === 0 ? null : values.symbols,
    capPerClass: values.capPerClass === '' ? null : Number(values.capPerClass),
    seed: Number(values.seed),
  };
}

const FIELDS: Record<string, keyof DatasetValues> = {
  validationShare: 'validationPercent',
  testShare: 'testPercent',
};
const SENTENCES: Partial<Record<keyof DatasetValues, string>> = {
  name: 'Give it a name of at most 80 characters',
  validationPercent: '5 to 40 %',
  testPercent: '5 to 40 %',
  capPerClass: 'A whole number from 1 on, or nothing',
  seed: 'A whole number from 0 on',
};

/** What the contract would refuse, by the form's field. */
export function problemsOf(values: DatasetValues): Partial<Record<keyof DatasetValues, string>> {
  const parsed = datasetPolicySchema.safeParse(toPolicy(values));
  const problems: Partial<Record<keyof DatasetValues, string>> = {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0]);
    const field = FIELDS[name] ?? (name as keyof DatasetValues);
    problems[field] ??= SENTENCES[field] ?? message;
  }
  const onlyUnseen =
    values.symbols.length > 0 && values.symbols.every((symbol) => values.unseenSymbols.includes(symbol));
  if (onlyUnseen) problems.unseenSymbols ??= 'All chosen series are kept aside: nothing is left to train on';
  return problems;
}
