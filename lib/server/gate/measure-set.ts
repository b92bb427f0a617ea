import { setImmediate as breathe } from 'node:timers/promises';
import type { GateMix } from '@/lib/contract/gate.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { getDb } from '../db/connection.ts';
import { findDatasetByHash } from '../repo/dataset.ts';
import type { VersionRow } from '../repo/model.ts';
import { readPredictions } from '../repo/prediction.ts';
import { compareRows, type Said } from './compare-rows.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { type LabelRow, readLabelRows } from './label-rows.ts';

/** What a version, and another one beside it, reach on a set of rows. */
export interface MeasuredSet<Name> {
  readonly set: Name;
  readonly rows: number;
  /** Rows that are near one another in time count once. */
  readonly events: number;
  /** Rows left out because one of the versions knows them. */
  readonly trainedOn: number;
  readonly sampled: GateMix;
  /** Null for rows that nobody drew. */
  readonly natural: GateMix | null;
}

/**
 * Holds a version's stored predictions, and another one's beside them, against the labels of a set of rows.
 * @throws Error where one of them has not predicted a row
 */
export async function measureSet<Name>(
  set: EvaluationSet<Name>,
  own: VersionRow,
  other: VersionRow | null,
): Promise<MeasuredSet<Name>> {
  const said = await saidBy(own, set.windowIds);
  const saidByOther = other && (await saidBy(other, set.windowIds));
  const sampled = compareRows(set, said, saidByOther, 'sampled');
  // The heartbeats of the worker's other jobs go between.
  await breathe();
  return {
    set: set.set,
    rows: set.actual.length,
    events: new Set(set.events).size,
    trainedOn: set.trainedOn,
    sampled,
    natural: set.weights && compareRows(set, said, saidByOther, 'natural'),
  };
}

async function saidBy(version: VersionRow, windowIds: readonly string[]): Promise<Said> {
  const { biases } = metricsSchema.parse(version.metrics);
  return { ...(await readPredictions(version.id, windowIds)), biases };
}

export interface RowsOfDataset {
  readonly name: string;
  readonly hash: string;
  readonly rows: readonly LabelRow[];
}

/** The dataset that a version was trained on with its rows; null where it is not here. */
export async function datasetOf(version: VersionRow): Promise<RowsOfDataset | null> {
  const { dataset_hash: hash } = metricsSchema.parse(version.metrics);
  const dataset = await findDatasetByHash(getDb(), hash);
  const rows = dataset && (await readLabelRows(dataset.storageKey));
  return rows && { name: dataset.name, hash, rows };
}
