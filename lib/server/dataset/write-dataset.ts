import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Manifest } from '@/lib/contract/manifest.ts';
import { type DatasetPolicy, type DatasetSummary, SPLITS } from '@/lib/contract/train.ts';
import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA, FEATURE_SCHEMA_TEXT } from '@/lib/core/image/schema.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { contentHash } from '../content-hash.ts';
import type { DatasetRow } from './candidate.ts';
import { type LabelledRows, leaveOut } from './label-rows.ts';
import { classPriors, countRows, missingRows, naturalWeights } from './sample-rows.ts';
import { writeImages } from './write-images.ts';
import { writeTargets } from './write-targets.ts';

export interface DatasetInput {
  /** An empty folder that is not visible yet. */
  readonly folder: string;
  readonly policy: DatasetPolicy;
  readonly ruleSetHash: string;
  readonly labelled: LabelledRows;
  /** The sample of `labelled.rows`: by series, then time. */
  readonly rows: readonly DatasetRow[];
  readonly quantisation: Quantisation;
  readonly snapshots: AsyncIterable<Snapshot>;
  readonly onRows: (done: number) => void;
}

/** Writes a whole dataset into a folder, the manifest last, and answers what people are told of it. */
export async function writeDataset(
  input: DatasetInput,
): Promise<{ manifest: Manifest; summary: DatasetSummary }> {
  const { folder, policy, labelled } = input;
  const images = await writeImages({ ...input, plan: labelled.plan });
  leaveOut(labelled.leftOut, 'across a cut date through a gap', input.rows.length - images.rows.length);
  const weights = naturalWeights(images.rows, labelled.population);
  const targets = await writeTargets(folder, images.rows, weights);
  const manifest = manifestOf(input, images.rows, weights, { 'images.npy': images.sha256, ...targets });
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return { manifest, summary: summarise(images.rows, manifest, labelled, policy) };
}

function manifestOf(
  { policy: { name, ...policy }, ruleSetHash, labelled: { plan }, quantisation }: DatasetInput,
  rows: readonly DatasetRow[],
  weights: Float32Array,
  files: Record<string, string>,
): Manifest {
  const priors = classPriors(rows, weights);
  const content = {
    format: 1,
    feature_schema_ver: FEATURE_SCHEMA.version,
    feature_schema_hash: createHash('sha256').update(FEATURE_SCHEMA_TEXT).digest('hex'),
    class_map: [...CLASS_IDS],
    rows: rows.length,
    image_shape: [FEATURE_SCHEMA.size, FEATURE_SCHEMA.size, FEATURE_SCHEMA.channels],
    quantisation,
    splits: [...SPLITS],
    counts: countRows(rows),
    cut_dates: {
      validation_from: plan.validationFrom,
      test_from: plan.testFrom,
      embargo_ms: plan.embargoMs,
    },
    natural_prior: priors.natural,
    train_prior: priors.train,
    files,
    from: { policy, rule_set_hash: ruleSetHash, series: seriesOf(rows) },
  } satisfies Omit<Manifest, 'hash' | 'name'>;
  return { ...content, name, hash: contentHash(content) };
}

function seriesOf(rows: readonly DatasetRow[]): Manifest['from']['series'] {
  const series: Manifest['from']['series'] = [];
  let last: number | null = null;
  for (const { series: of } of rows) {
    if (of.id !== last) {
      last = of.id;
      series.push({ venue: of.venue, symbol: of.symbol, timeframe: of.timeframe, bars: of.barsKey, rows: 0 });
    }
    series[series.length - 1].rows++;
  }
  return series;
}

function summarise(
  rows: readonly DatasetRow[],
  { counts, cut_dates: cut, from }: Manifest,
  { leftOut, notes }: LabelledRows,
  policy: DatasetPolicy,
): DatasetSummary {
  const byClass = (split: string) =>
    Object.fromEntries(CLASS_IDS.map((id, i) => [id, counts[split][i]] as const));
  const bySource: Record<string, number> = {};
  for (const { source } of rows) bySource[source] = (bySource[source] ?? 0) + 1;
  return {
    bySplit: {
      train: byClass('train'),
      validation: byClass('validation'),
      test: byClass('test'),
      unseen: byClass('unseen'),
    },
    bySource,
    cutDates: { validationFrom: cut.validation_from, testFrom: cut.test_from, embargoMs: cut.embargo_ms },
    series: from.series.length,
    leftOut: Object.fromEntries(leftOut),
    notes: [...notes, ...missingRows(counts, policy)],
  };
}
