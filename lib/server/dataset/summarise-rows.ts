import { CLASS_IDS, classIndex } from '@/lib/contract/classes.ts';
import { type DatasetPolicy, type DatasetSummary, LABEL_SOURCES } from '@/lib/contract/dataset.ts';
import { FEATURE_SCHEMA_VERSIONS } from '@/lib/core/image/schema.ts';
import type { DatasetRow } from './candidate.ts';
import type { LabelledRows } from './label-rows.ts';
import { countRows, missingRows } from './sample-rows.ts';

/** What people are told of rows, before they are built into a dataset and after. */
export function summariseRows(
  rows: readonly DatasetRow[],
  { plan, leftOut, notes }: Pick<LabelledRows, 'plan' | 'leftOut' | 'notes'>,
  policy: DatasetPolicy,
): DatasetSummary {
  const counts = countRows(rows);
  const byClass = (split: string) => inWords(counts[split]);
  const bySource: Record<string, number> = {};
  const classesBySource: Record<string, Record<string, number>> = {};
  for (const source of LABEL_SOURCES) {
    const of = rows.filter((row) => row.source === source);
    if (of.length === 0) continue;
    const perClass = CLASS_IDS.map(() => 0);
    for (const { label } of of) perClass[classIndex(label)]++;
    bySource[source] = of.length;
    classesBySource[source] = inWords(perClass);
  }
  return {
    bySplit: {
      train: byClass('train'),
      validation: byClass('validation'),
      test: byClass('test'),
      unseen: byClass('unseen'),
    },
    bySource,
    classesBySource,
    cutDates: {
      validationFrom: plan.validationFrom,
      testFrom: plan.testFrom,
      embargoMs: plan.embargoMs,
    },
    series: new Set(rows.map(({ series }) => series.id)).size,
    featureSchemas: [...FEATURE_SCHEMA_VERSIONS],
    leftOut: Object.fromEntries(leftOut),
    notes: [...notes, ...missingRows(counts, policy)],
  };
}

const inWords = (counts: readonly number[]) => Object.fromEntries(CLASS_IDS.map((id, i) => [id, counts[i]]));

/** Why nothing can be trained on these rows, and what would help; null where something can. */
export function nothingToTrainOn(
  rows: readonly DatasetRow[],
  leftOut: ReadonlyMap<string, number>,
  { sources }: DatasetPolicy,
): string | null {
  const classes = new Set(rows.filter((row) => row.split === 'train').map((row) => row.label));
  if (classes.size >= 2) return null;
  const found = classes.size === 0 ? 'no window' : `only windows of the class ${[...classes].join()}`;
  const reasons = [...leftOut].map(([reason, count]) => `${count} ${reason}`).join('; ');
  const remedy =
    sources === 'record' ? 'Label more windows, or allow weak labels' : 'Scan more series, or older bars';
  return `There is nothing to train on: the training dates hold ${found}${reasons ? ` (left out: ${reasons})` : ''}. ${remedy}.`;
}
