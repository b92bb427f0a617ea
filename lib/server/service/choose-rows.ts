import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatasetPolicy } from '@/lib/contract/dataset.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import type { GoldSpan } from '@/lib/core/leakage.ts';
import type { Actor } from '../auth/actor.ts';
import type { Candidate, DatasetRow, DatasetSeries } from '../dataset/candidate.ts';
import { type LabelledRows, labelRows, takesSeries } from '../dataset/label-rows.ts';
import { sampleRows } from '../dataset/sample-rows.ts';
import { getDb } from '../db/connection.ts';
import { notFound } from '../error.ts';
import { findRuleSet, listDatasetSeries, listGoldWindows } from '../repo/dataset.ts';
import type { Pool } from './dataset-pool.ts';

export interface ChosenRows {
  readonly ruleSet: { readonly id: number; readonly hash: string };
  /** The series that the policy takes. */
  readonly series: readonly DatasetSeries[];
  /** How many stored windows these have. */
  readonly windows: number;
  readonly labelled: LabelledRows;
  /** The sample of `labelled.rows`: by series, then time. */
  readonly rows: DatasetRow[];
}

/**
 * The rows that a policy makes a dataset of: the one way from windows and labels to rows, for the counts before a build
 * and for the build. Costs a few µs a stored window of the series that the policy takes, and reading them from the pool.
 * @throws Refusal `not_found` for its rule set
 */
export async function chooseRows(
  actor: Actor,
  policy: DatasetPolicy,
  pool: Pool,
  signal: AbortSignal,
): Promise<ChosenRows> {
  const ruleSet = await findRuleSet(getDb(), policy.ruleSetNumber);
  if (!ruleSet) throw notFound(`rule set ${policy.ruleSetNumber}`);
  const series = (await listDatasetSeries(getDb())).filter((one) => takesSeries(policy, one));
  const candidates: Candidate[] = [];
  for (const { id } of series) {
    signal.throwIfAborted();
    for (const candidate of await pool.candidates(id, ruleSet.id)) candidates.push(candidate);
  }
  const records = policy.sources === 'weak' ? new Map() : await pool.records(actor);
  const pseudo = policy.pseudoRound === null ? new Map() : await pool.pseudoLabels(policy.pseudoRound);
  const gold = await readGold(pool, signal);
  signal.throwIfAborted();
  const labelled = await labelRows({
    policy,
    series: new Map(series.map((one) => [one.id, one])),
    candidates,
    records,
    pseudo,
    gold,
    readFirstBars: (hashes) => pool.firstBars(hashes, signal),
    giveWay: async () => {
      await nextTurn();
      signal.throwIfAborted();
    },
  });
  const rows = sampleRows(labelled.rows, policy, labelled.leftOut);
  return { ruleSet, series, windows: candidates.length, labelled, rows };
}

/** The bars of every gold window, by series id. */
async function readGold(
  pool: Pick<Pool, 'firstBars'>,
  signal: AbortSignal,
): Promise<Map<number, GoldSpan[]>> {
  const windows = await listGoldWindows();
  const firstBars = await pool.firstBars(
    windows.map(({ snapshotHash }) => snapshotHash),
    signal,
  );
  const gold = new Map<number, GoldSpan[]>();
  for (const { seriesId, ts, snapshotHash } of windows) {
    const firstTs = firstBars.get(snapshotHash);
    if (firstTs === undefined) continue;
    const spans = gold.get(seriesId);
    if (spans) spans.push({ firstTs, ts });
    else gold.set(seriesId, [{ firstTs, ts }]);
  }
  return gold;
}

/** The same by `seriesKey`, which outlives a series. */
export async function readGoldByName(
  pool: Pick<Pool, 'firstBars'>,
  signal: AbortSignal,
): Promise<Map<string, GoldSpan[]>> {
  const [gold, series] = await Promise.all([readGold(pool, signal), listDatasetSeries(getDb())]);
  return new Map(
    series.flatMap((one) => (gold.has(one.id) ? [[seriesKey(one), gold.get(one.id) ?? []]] : [])),
  );
}
