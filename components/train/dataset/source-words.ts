import type { DatasetPolicy, SPLITS } from '@/lib/contract/dataset.ts';

/** Whose labels a policy takes. */
export const SOURCES_WORDS: Readonly<Record<DatasetPolicy['sources'], string>> = {
  record: 'labels of record',
  'record+weak': 'record + weak',
  weak: 'weak labels',
};
/** Whose label a row has. */
export const SOURCE_WORDS: Readonly<Record<string, string>> = {
  record: 'Of record',
  weak: 'Weak',
  pseudo: 'Pseudo',
};
export const SPLIT_WORDS: Readonly<Record<(typeof SPLITS)[number], string>> = {
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
  unseen: 'Unseen series',
};
