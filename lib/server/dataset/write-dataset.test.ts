import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { datasetPolicySchema, SPLITS } from '@/lib/contract/dataset.ts';
import { manifestSchema, seriesKey } from '@/lib/contract/manifest.ts';
import { allocateInputs, composeInputs } from '@/lib/core/image/inputs.ts';
import { quantisationFor } from '@/lib/core/image/quantisation.ts';
import { AUX_LENGTH, IMAGE } from '@/lib/core/image/schema.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { fitTrainingQuantisation } from './fit-quantisation.ts';
import { labelRows } from './label-rows.ts';
import { LISTING_BARS } from './listing.ts';
import { sampleRows } from './sample-rows.ts';
import { scanDemoMarket } from './testing/scanned-series.ts';
import { writeDataset } from './write-dataset.ts';

const MARKET = scanDemoMarket(5, { series: 2, barsPerSeries: 6000 });
const SNAPSHOTS = new Map(MARKET.flatMap((one) => [...one.snapshots]));
const NPY_HEADER = 128;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'halyard-dataset-'));
});
afterAll(() => rm(root, { recursive: true }));

async function build(more: object = {}) {
  const folder = await mkdtemp(join(root, 'set-'));
  const policy = datasetPolicySchema.parse({ name: 'weak', sources: 'weak', ...more });
  const labelled = await labelRows({
    policy,
    series: new Map(MARKET.map(({ series }) => [series.id, series])),
    candidates: MARKET.flatMap(({ candidates }) => candidates),
    pseudo: new Map(),
    records: new Map(),
    gold: new Map(),
    readFirstBars: async () => new Map(),
    giveWay: async () => undefined,
  });
  const rows = sampleRows(labelled.rows, policy, labelled.leftOut);
  const quantisation = await fitTrainingQuantisation({
    series: MARKET.map(({ series }) => series),
    before: labelled.plan.validationFrom,
    readBars: async (series) => MARKET[series.id - 1].bars,
    signal: new AbortController().signal,
    onSeries: () => undefined,
  });
  async function* snapshots() {
    for (const row of rows) yield SNAPSHOTS.get(row.candidate.snapshotHash)!;
  }
  const built = await writeDataset({
    folder,
    policy,
    ruleSetHash: 'rules',
    labelled,
    rows,
    quantisation,
    listingEnds: new Map(MARKET.map(({ series, bars }) => [series.id, bars.ts[LISTING_BARS - 1]])),
    snapshots: snapshots(),
    onRows: () => undefined,
    readProvenance: async (kept) =>
      new Map(
        kept.map(({ candidate }) => [
          candidate.windowId,
          // No label of record was taken: what people say is none of its rows' provenance.
          {
            state: 'consensus',
            answers: 3,
            agreement: 1,
            people: { flag: 3 },
            rules: [{ rule: 'wedge', state: 'near' }],
          },
        ]),
      ),
    readGold: async () => new Map(),
  });
  return { folder, rows, quantisation, ...built };
}

async function readNpy(folder: string, file: string): Promise<Buffer> {
  return (await readFile(join(folder, file))).subarray(NPY_HEADER);
}
/** A copy: typed arrays want their own alignment. */
const floats = (bytes: Buffer) => new Float32Array(Uint8Array.from(bytes).buffer);

describe('a dataset folder', () => {
  it('has the same hash for the same windows and policy, whatever its name, and another for another seed', async () => {
    const [first, renamed, other] = [await build(), await build({ name: 'again' }), await build({ seed: 2 })];
    expect(renamed.manifest.hash).toBe(first.manifest.hash);
    expect(other.manifest.hash).not.toBe(first.manifest.hash);
    for (const file of (await readdir(first.folder)).filter((name) => name !== 'manifest.json')) {
      const bytes = await readFile(join(renamed.folder, file));
      expect(bytes.equals(await readFile(join(first.folder, file))), file).toBe(true);
    }
  });

  it('holds for each row the image and auxiliary values that the core composes from its snapshot', async () => {
    const { folder, rows, quantisation, manifest, summary } = await build();
    const images = await readNpy(folder, 'images.npy');
    const aux = floats(await readNpy(folder, 'auxiliary.npy'));
    expect([images.length, aux.length]).toEqual([rows.length * IMAGE.bytes, rows.length * AUX_LENGTH]);
    expect([Object.keys(manifest.feature_schemas), summary.featureSchemas]).toEqual([
      ['1', '2'],
      [1, 2],
    ]);
    expect(manifest.feature_schemas[1]).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.feature_schemas[2]).not.toBe(manifest.feature_schemas[1]);
    expect(Object.keys(manifest.files)).toContain('auxiliary.npy');
    for (const i of [0, 1, 255, 256, rows.length - 1]) {
      const { bars, indicators, t } = openSnapshot(SNAPSHOTS.get(rows[i].candidate.snapshotHash)!);
      const expected = allocateInputs(2, 1);
      const row = quantisationFor(quantisation, seriesKey(rows[i].series));
      composeInputs(expected, 0, bars, indicators, t, row);
      const at = i * IMAGE.bytes;
      expect(images.subarray(at, at + IMAGE.bytes).equals(expected.images)).toBe(true);
      expect(aux.subarray(i * AUX_LENGTH, (i + 1) * AUX_LENGTH)).toEqual(expected.aux);
    }
  });

  it('says the same in its arrays, its Parquet file and its manifest', async () => {
    const { folder, rows } = await build();
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
    const [labels, splits] = [await readNpy(folder, 'label.npy'), await readNpy(folder, 'split.npy')];
    const [poles, weights] = [
      floats(await readNpy(folder, 'pole_katr.npy')),
      floats(await readNpy(folder, 'weight.npy')),
    ];
    const table = await parquetReadObjects({
      file: await asyncBufferFromFile(join(folder, 'labels.parquet')),
    });
    expect(table).toEqual(
      rows.map((row, i) => ({
        venue: row.series.venue,
        symbol: row.series.symbol,
        timeframe: row.series.timeframe,
        ts: BigInt(row.candidate.ts),
        label: CLASS_IDS[labels[i]],
        pole: Number.isNaN(poles[i]) ? null : expect.closeTo(poles[i], 5),
        source: 'weak',
        weight: weights[i],
        split: SPLITS[splits[i]],
        snapshot: row.candidate.snapshotHash,
        first_ts: BigInt(row.firstTs),
        timeframe_ms: row.series.timeframeMs,
        event: expect.any(Number),
        image: expect.stringMatching(/^[0-9a-f]{32}$/),
        weak: row.label,
        kind: row.candidate.weak?.kind,
        rules: 'wedge near',
        ...{ state: null, answers: null, agreement: null, people: null, model: null, round: null },
      })),
    );
    const flags = rows.flatMap((row, i) => (row.label === 'flag' ? [poles[i]] : []));
    expect(flags.length).toBeGreaterThan(5);
    expect(flags.every((pole) => pole > 0)).toBe(true);
    expect(manifest.counts.train.reduce((sum, count) => sum + count)).toBe(
      [...splits].filter((s) => s === 0).length,
    );
    expect(manifest.rows).toBe(rows.length);
  });

  it('marks the rows whose bar t is among the first 500 of its series', async () => {
    const { folder, rows, manifest } = await build();
    const listing = [...(await readNpy(folder, 'listing.npy'))];
    const expected = rows.map(({ series, candidate }) => {
      const { bars } = MARKET[series.id - 1];
      return bars.ts.indexOf(candidate.ts) < manifest.listing_bars ? 1 : 0;
    });
    expect(listing).toEqual(expected);
    expect(listing.filter((mark) => mark === 1).length).toBeGreaterThan(5);
    expect(listing).toContain(0);
  });

  it('estimates the natural share of a class from the sampled rows', async () => {
    const { manifest } = await build({ capPerClass: 15 });
    const inTraining = MARKET.flatMap(({ candidates, series }) =>
      candidates.filter(
        (one) =>
          one.ts + series.timeframeMs <= manifest.cut_dates.validation_from - manifest.cut_dates.embargo_ms,
      ),
    ).filter(({ weak }) => weak?.kind !== 'undecided');
    const total = inTraining.reduce((sum, { weak }) => sum + (weak?.naturalWeight ?? 0), 0);
    const wedge = inTraining
      .filter(({ weak }) => weak?.class === 'wedge')
      .reduce((sum, { weak }) => sum + (weak?.naturalWeight ?? 0), 0);
    expect(manifest.natural_prior[1]).toBeCloseTo(wedge / total, 4);
    expect(manifest.natural_prior[4]).toBeGreaterThan(0.8);
    expect(manifest.train_prior[4]).toBeCloseTo(15 / 75, 6);
  });

  it('fits the quantisation to training dates only', async () => {
    const { quantisation, manifest } = await build();
    const cut = MARKET.map(({ series, bars }) => ({ series, bars, end: manifest.cut_dates.validation_from }));
    const shorter = await fitTrainingQuantisation({
      series: cut.map(({ series }) => series),
      before: Number.POSITIVE_INFINITY,
      readBars: async ({ id }) => {
        const { bars, end } = cut[id - 1];
        const length = bars.ts.findIndex((ts) => ts >= end);
        return {
          length,
          ts: bars.ts.subarray(0, length),
          open: bars.open.subarray(0, length),
          high: bars.high.subarray(0, length),
          low: bars.low.subarray(0, length),
          close: bars.close.subarray(0, length),
          volume: bars.volume.subarray(0, length),
          takerBuyVolume: bars.takerBuyVolume.subarray(0, length),
        };
      },
      signal: new AbortController().signal,
      onSeries: () => undefined,
    });
    expect(shorter).toEqual(quantisation);
  });
});
