import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { classIndex } from '@/lib/contract/classes.ts';
import { SPLITS } from '@/lib/contract/train.ts';
import type { DatasetRow, LabelSource } from './candidate.ts';
import { writeNpyVector } from './npy.ts';

/** Rows of a series so near after the first of them, in bars, are one event to the bootstrap. */
const EVENT_BARS = 12;
/** Numbers in `source.npy`. */
const SOURCE_CODES: Record<LabelSource, number> = { record: 0, weak: 1 };

/**
 * Writes what the trainer learns from besides the images, and the same for people and other programs as Parquet.
 * @param rows in the order of the images; windows of one series lie together, oldest first
 * @param weights natural-prevalence weight of each row
 * @returns SHA-256 by file
 */
export async function writeTargets(
  folder: string,
  rows: readonly DatasetRow[],
  weights: Float32Array,
): Promise<Record<string, string>> {
  const { events, series } = groupRows(rows);
  const vectors = {
    'label.npy': Int8Array.from(rows, (row) => classIndex(row.label)),
    'pole_katr.npy': Float32Array.from(rows, (row) => row.poleKatr ?? Number.NaN),
    'weight.npy': weights,
    'split.npy': Int8Array.from(rows, (row) => SPLITS.indexOf(row.split)),
    'source.npy': Int8Array.from(rows, (row) => SOURCE_CODES[row.source]),
    'event.npy': events,
    'series.npy': series,
  };
  const hashes: Record<string, string> = {};
  for (const [file, values] of Object.entries(vectors)) {
    hashes[file] = await writeNpyVector(join(folder, file), values);
  }
  const parquet = new Uint8Array(labelsParquet(rows, weights));
  await writeFile(join(folder, 'labels.parquet'), parquet);
  hashes['labels.parquet'] = createHash('sha256').update(parquet).digest('hex');
  return hashes;
}

function groupRows(rows: readonly DatasetRow[]): { events: Int32Array; series: Int32Array } {
  const events = new Int32Array(rows.length);
  const series = new Int32Array(rows.length);
  let event = -1;
  let number = -1;
  let began = Number.NEGATIVE_INFINITY;
  for (const [i, row] of rows.entries()) {
    const isNewSeries = i === 0 || rows[i - 1].series.id !== row.series.id;
    if (isNewSeries) number++;
    if (isNewSeries || row.candidate.ts - began > EVENT_BARS * row.series.timeframeMs) {
      event++;
      began = row.candidate.ts;
    }
    events[i] = event;
    series[i] = number;
  }
  return { events, series };
}

function labelsParquet(rows: readonly DatasetRow[], weights: Float32Array): ArrayBuffer {
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
    ],
  });
}
