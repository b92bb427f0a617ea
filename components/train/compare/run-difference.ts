import type { ComparedRun } from '@/lib/contract/compare-runs.ts';
import { type Dataset, SPLITS } from '@/lib/contract/dataset.ts';
import { SETTING_NAMES, SETTINGS } from '@/lib/contract/settings.ts';
import { settingWords } from '../run-words.ts';

/** One thing that runs differ in, and what it is in each of them. */
export interface Difference {
  readonly name: string;
  readonly values: readonly string[];
}

const differing = (rows: readonly Difference[]): Difference[] =>
  rows.filter(({ values }) => new Set(values).size > 1);

/** What the runs were told differently, and what they ran on; nothing that they share. */
export function settingDifferences(runs: readonly ComparedRun[]): Difference[] {
  return differing([
    { name: 'Preset', values: runs.map(({ run }) => run.preset) },
    { name: 'Seed', values: runs.map(({ run }) => String(run.seed)) },
    ...SETTING_NAMES.map((name) => ({
      name: SETTINGS[name].name,
      values: runs.map(({ run }) => settingWords(name, run.settings[name])),
    })),
    { name: 'Trained on', values: runs.map(({ run }) => run.device ?? '–') },
  ]);
}

const POLICY_WORDS: Partial<Record<keyof Dataset['policy'], string>> = {
  sources: 'Labels',
  ruleSetNumber: 'Rule set',
  validationShare: 'Share for validation',
  testShare: 'Share for test',
  unseenSymbols: 'Kept aside',
  capPerClass: 'Rows a class at most',
  symbols: 'Series taken',
  seed: 'Seed of the dataset',
};

/** How the datasets differ: which they are, their policies and their rows by split; empty where it is one and the same. */
export function datasetDifferences(runs: readonly ComparedRun[]): Difference[] {
  const datasets = runs.map(({ dataset }) => dataset);
  const keys = [
    ...new Set(datasets.flatMap(({ policy }) => Object.keys(policy))),
  ] as (keyof Dataset['policy'])[];
  return differing([
    { name: 'Dataset', values: datasets.map(({ id, name }) => `#${id} ${name}`) },
    ...keys
      .filter((key) => key !== 'name')
      .map((key) => ({
        name: POLICY_WORDS[key] ?? inWords(key),
        values: datasets.map(({ policy }) => valueWords(policy[key])),
      })),
    ...SPLITS.map((split) => ({
      name: `Rows, ${split}`,
      values: datasets.map(({ summary }) => rowsOf(summary.bySplit[split]).toLocaleString('en-US')),
    })),
    {
      name: 'Test from',
      values: datasets.map(({ summary }) => new Date(summary.cutDates.testFrom).toISOString().slice(0, 10)),
    },
  ]);
}

const rowsOf = (counts: Readonly<Record<string, number>> | undefined): number =>
  Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);

/** `fixedSplit` as `Fixed split`. */
function inWords(key: string): string {
  const words = key.replace(/([A-Z])/g, ' $1').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'all';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueWords).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
