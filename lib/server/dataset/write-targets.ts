import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { classIndex } from '@/lib/contract/classes.ts';
import { SPLITS } from '@/lib/contract/dataset.ts';
import { type DatasetRow, type LabelSource, weakLabelOf } from './candidate.ts';
import { type ListingEnds, markListings } from './listing.ts';
import { writeNpyVector } from './npy.ts';
import { type Provenance, peopleText, rulesText, UNKNOWN_PROVENANCE } from './provenance.ts';

/** Rows of a series so near after the first of them, in bars, are one event to the bootstrap. */
const EVENT_BARS = 12;
/** Numbers in `source.npy`. */
const SOURCE_CODES: Record<LabelSource, number> = { record: 0, weak: 1, pseudo: 2 };

export interface Targets {
  /** In the order of the images; windows of one series lie together, oldest first. */
  readonly rows: readonly DatasetRow[];
  /** Of each row: its natural-prevalence weight, its event's number, and a hash of its image. */
  readonly weights: Float32Array;
  readonly events: Int32Array;
  readonly imageHashes: readonly string[];
  /** By window id. */
  readonly provenance: ReadonlyMap<string, Provenance>;
  readonly listingEnds: ListingEnds;
}

/**
 * Writes what the trainer learns from besides the images, and the same for people and other programs as Parquet, with
 * where each row comes from.
 * @returns SHA-256 by file
 */
export async function writeTargets(folder: string, targets: Targets): Promise<Record<string, string>> {
  const { rows, weights, events } = targets;
  const vectors = {
    'label.npy': Int8Array.from(rows, (row) => classIndex(row.label)),
    'pole_katr.npy': Float32Array.from(rows, (row) => row.poleKatr ?? Number.NaN),
    'weight.npy': weights,
    'split.npy': Int8Array.from(rows, (row) => SPLITS.indexOf(row.split)),
    'source.npy': Int8Array.from(rows, (row) => SOURCE_CODES[row.source]),
    'event.npy': events,
    'series.npy': numberSeries(rows),
    'listing.npy': markListings(rows, targets.listingEnds),
  };
  const hashes: Record<string, string> = {};
  for (const [file, values] of Object.entries(vectors)) {
    hashes[file] = await writeNpyVector(join(folder, file), values);
  }
  const parquet = new Uint8Array(labelsParquet(targets));
  await writeFile(join(folder, 'labels.parquet'), parquet);
  hashes['labels.parquet'] = createHash('sha256').update(parquet).digest('hex');
  return hashes;
}

/** The event of each row: rows of a series within 12 bars after the first of them are one. */
export function numberEvents(rows: readonly DatasetRow[]): Int32Array {
  let event = -1;
  let began = Number.NEGATIVE_INFINITY;
  return Int32Array.from(rows, (row, i) => {
    if (isNewSeries(rows, i) || row.candidate.ts - began > EVENT_BARS * row.series.timeframeMs) {
      event++;
      began = row.candidate.ts;
    }
    return event;
  });
}

function numberSeries(rows: readonly DatasetRow[]): Int32Array {
  let number = -1;
  return Int32Array.from(rows, (_, i) => (isNewSeries(rows, i) ? ++number : number));
}

const isNewSeries = (rows: readonly DatasetRow[], i: number) =>
  i === 0 || rows[i - 1].series.id !== rows[i].series.id;

function labelsParquet({ rows, weights, events, imageHashes, provenance }: Targets): ArrayBuffer {
  const from = rows.map((row) => provenance.get(row.candidate.windowId) ?? UNKNOWN_PROVENANCE);
  const record = from.map((one, i) => (rows[i].source === 'record' ? one : UNKNOWN_PROVENANCE));
  return parquetWriteBuffer({
    columnData: [
      { name: 'venue', data: rows.map((row) => row.series.venue), type: 'STRING' },
      { name: 'symbol', data: rows.map((row) => row.series.symbol), type: 'STRING' },
      { name: 'timeframe', data: rows.map((row) => row.series.timeframe), type: 'STRING' },
      { name: 'ts', data: rows.map((row) => BigInt(row.candidate.ts)), type: 'INT64' },
      { name: 'label', data: rows.map((row) => row.label), type: 'STRING' },
      { name: 'pole', data: rows.map((row) => row.poleKatr), type: 'DOUBLE', nullable: true },
      { name: 'source', data: rows.map((row) => row.source), type: 'STRING' },
      { name: 'weight', data: weights, type: 'FLOAT' },
      { name: 'split', data: rows.map((row) => row.split), type: 'STRING' },
      // Content, not our ids: the same windows are the same dataset on any machine.
      { name: 'snapshot', data: rows.map((row) => row.candidate.snapshotHash), type: 'STRING' },
      { name: 'first_ts', data: rows.map((row) => BigInt(row.firstTs)), type: 'INT64' },
      { name: 'timeframe_ms', data: rows.map((row) => row.series.timeframeMs), type: 'DOUBLE' },
      { name: 'event', data: events, type: 'INT32' },
      { name: 'image', data: [...imageHashes], type: 'STRING' },
      // What the rule set says: null where it never saw the window.
      {
        name: 'weak',
        data: rows.map(({ candidate }) => weakLabelOf(candidate)),
        type: 'STRING',
        nullable: true,
      },
      { name: 'kind', data: rows.map((row) => row.candidate.weak?.kind), type: 'STRING', nullable: true },
      { name: 'rules', data: from.map(rulesText), type: 'STRING', nullable: true },
      // What people say: null where no label of record was taken.
      { name: 'state', data: record.map(({ state }) => state), type: 'STRING', nullable: true },
      { name: 'answers', data: record.map(({ answers }) => answers), type: 'INT32', nullable: true },
      { name: 'agreement', data: record.map(({ agreement }) => agreement), type: 'DOUBLE', nullable: true },
      { name: 'people', data: record.map(peopleText), type: 'STRING', nullable: true },
      // Which model in which round took it for that: null but for a pseudo-label.
      {
        name: 'model',
        data: rows.map(({ pseudo }) => pseudo?.teacher ?? null),
        type: 'STRING',
        nullable: true,
      },
      { name: 'round', data: rows.map(({ pseudo }) => pseudo?.round ?? null), type: 'INT32', nullable: true },
    ],
  });
}
