import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { type DatasetPolicy, type DatasetSummary, SPLITS } from '@/lib/contract/dataset.ts';
import type { CheckFound } from '@/lib/contract/dataset-check.ts';
import { type Manifest, seriesKey } from '@/lib/contract/manifest.ts';
import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA_VERSIONS, FEATURE_SCHEMAS, IMAGE } from '@/lib/core/image/schema.ts';
import type { GoldSpan } from '@/lib/core/leakage.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { contentHash } from '../content-hash.ts';
import type { DatasetRow } from './candidate.ts';
import { type CheckedRow, checkRows } from './check-rows.ts';
import type { LabelledRows } from './label-rows.ts';
import { leaveOut } from './left-out.ts';
import { LISTING_BARS, type ListingEnds } from './listing.ts';
import type { Provenance } from './provenance.ts';
import { classPriors, countRows, naturalWeights } from './sample-rows.ts';
import { summariseRows } from './summarise-rows.ts';
import { writeImages } from './write-images.ts';
import { numberEvents, writeTargets } from './write-targets.ts';

export interface DatasetInput {
  /** An empty folder that is not visible yet. */
  readonly folder: string;
  readonly policy: DatasetPolicy;
  readonly ruleSetHash: string;
  readonly labelled: LabelledRows;
  /** The sample of `labelled.rows`: by series, then time. */
  readonly rows: readonly DatasetRow[];
  readonly quantisation: Quantisation;
  readonly listingEnds: ListingEnds;
  readonly snapshots: AsyncIterable<Snapshot>;
  readonly onRows: (done: number) => void;
  readonly readProvenance: (rows: readonly DatasetRow[]) => Promise<ReadonlyMap<string, Provenance>>;
  /** Gold windows as they are once the images are made, by `seriesKey`. */
  readonly readGold: () => Promise<ReadonlyMap<string, readonly GoldSpan[]>>;
}

/** Writes a whole dataset into a folder, the manifest last, and answers what people are told of it. */
export async function writeDataset(
  input: DatasetInput,
): Promise<{ manifest: Manifest; checks: CheckFound[]; summary: DatasetSummary }> {
  const { folder, policy, labelled } = input;
  const images = await writeImages({ ...input, plan: labelled.plan });
  leaveOut(labelled.leftOut, 'across a cut date through a gap', input.rows.length - images.rows.length);
  const weights = naturalWeights(images.rows, labelled.population);
  const events = numberEvents(images.rows);
  const provenance = await input.readProvenance(images.rows);
  const targets = await writeTargets(folder, {
    ...images,
    weights,
    events,
    provenance,
    listingEnds: input.listingEnds,
  });
  const gold = await input.readGold();
  const checks = checkRows(checkedRows(images.rows, events, images.imageHashes), gold);
  const files = { ...images.files, ...targets };
  const manifest = manifestOf(input, images.rows, weights, files, checks);
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return { manifest, checks, summary: summariseRows(images.rows, labelled, policy) };
}

function checkedRows(
  rows: readonly DatasetRow[],
  events: Int32Array,
  imageHashes: readonly string[],
): CheckedRow[] {
  return rows.map(({ candidate, series, firstTs, split, label }, i) => ({
    series: seriesKey(series),
    venue: series.venue,
    symbol: series.symbol,
    timeframe: series.timeframe,
    timeframeMs: series.timeframeMs,
    snapshot: candidate.snapshotHash,
    firstTs,
    ts: candidate.ts,
    split,
    label,
    event: events[i],
    image: imageHashes[i],
  }));
}

function manifestOf(
  { policy: { name, ...policy }, ruleSetHash, labelled: { plan }, quantisation }: DatasetInput,
  rows: readonly DatasetRow[],
  weights: Float32Array,
  files: Record<string, string>,
  checks: readonly CheckFound[],
): Manifest {
  const priors = classPriors(rows, weights);
  const content = {
    format: 1,
    feature_schemas: hashSchemas(),
    class_map: [...CLASS_IDS],
    rows: rows.length,
    image_shape: [IMAGE.size, IMAGE.size, IMAGE.channels],
    listing_bars: LISTING_BARS,
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
    checks: checks.map(({ id, rows, found }) => ({ id, rows, found: found ?? 0 })),
    from: { policy, rule_set_hash: ruleSetHash, series: seriesOf(rows) },
  } satisfies Omit<Manifest, 'hash' | 'name'>;
  return { ...content, name, hash: contentHash(content) };
}

/** The rows hold the inputs of every schema: 72 bytes more than an image alone let two runs differ in nothing else. */
function hashSchemas(): Manifest['feature_schemas'] {
  return Object.fromEntries(
    FEATURE_SCHEMA_VERSIONS.map((version) => [
      String(version),
      createHash('sha256').update(FEATURE_SCHEMAS[version].text).digest('hex'),
    ]),
  );
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
