import { readdir } from 'node:fs/promises';
import { perClassCounts } from '@/lib/contract/common.ts';
import type { Series } from '@/lib/contract/data.ts';
import { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { writeAudit } from '../repo/audit.ts';
import { findNewestScans, removeUnheldSnapshots } from '../repo/scan.ts';
import {
  countHumanWork,
  deleteSeriesRow,
  findSeries,
  findUnreferencedBars,
  listSeriesRows,
} from '../repo/series.ts';
import { storage } from '../storage.ts';
import { allRuleSets } from './rule-set.ts';

const BARS_FOLDER = 'bars';
const SNAPSHOTS_AT_ONCE = 5000;

const countsSchema = z.object({ events: perClassCounts, nearMisses: z.number() });

/** All series with their span, defects and newest scan, and the rule sets there are. */
export async function listSeries(actor: Actor) {
  requireRole(actor, 'admin');
  const [rows, scans, ruleSets] = await Promise.all([listSeriesRows(), findNewestScans(), allRuleSets()]);
  const bySeries = new Map(scans.map((scan) => [scan.seriesId, scan]));
  const series = rows.map((row): Series => {
    const scan = bySeries.get(row.id);
    return {
      id: row.id,
      venue: row.venue,
      symbol: row.symbol,
      timeframe: row.timeframe,
      bars: row.barCount,
      firstTs: row.firstTs,
      lastTs: row.lastTs,
      gaps: row.gapCount,
      takerShare: row.takerShare,
      synthetic: row.synthetic,
      scan: scan
        ? {
            ruleSetNumber: scan.ruleSet.number,
            current: scan.barsKey === row.barsKey,
            validWindows: scan.validWindows,
            ...countsSchema.parse(scan.counts),
            at: scan.createdAt.toISOString(),
          }
        : null,
    };
  });
  return { series, ruleSets };
}

/**
 * Removes a series with its windows.
 * @throws Refusal `conflict` where people have labelled it: what they said stays
 */
export async function deleteSeries(actor: Actor, { id }: { id: number }): Promise<{ ok: true }> {
  requireRole(actor, 'admin');
  const series = await findSeries(id);
  if (!series) throw notFound(`series ${id}`);
  const answers = await countHumanWork(id);
  const name = `${series.venue} ${series.symbol} ${series.timeframe}`;
  if (answers > 0) {
    throw new Refusal(
      'conflict',
      `${name} cannot be removed: people have given ${answers} answers on its windows.`,
    );
  }
  await getDb().$transaction(
    async (tx) => {
      await deleteSeriesRow(tx, id);
      await writeAudit(tx, actor, 'series.delete', `series ${id}`, { name });
    },
    // Hundreds of thousands of windows go with it.
    { timeout: 300_000 },
  );
  return { ok: true };
}

/**
 * Removes bar files that no series points to (former bars, and what a stopped import left), once they are older than
 * `ageMs`: whoever still reads them has long finished.
 */
export async function sweepBars(ageMs: number, now = Date.now()): Promise<number> {
  if (!(await storage.exists(BARS_FOLDER))) return 0;
  const names = await readdir(storage.path(BARS_FOLDER), { recursive: true });
  const keys = names
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => `${BARS_FOLDER}/${name.replaceAll('\\', '/')}`);
  let removed = 0;
  for (const key of await findUnreferencedBars(keys)) {
    const age = await storage.ageMs(key, now);
    // Null: another worker's sweep was here.
    if (age === null || age <= ageMs) continue;
    await storage.remove(key);
    removed++;
  }
  return removed;
}

/** Removes the snapshots of windows that are gone: series are deleted with their windows, but may share snapshots. */
export async function sweepSnapshots(): Promise<number> {
  let removed = 0;
  for (let after: string | null = ''; after !== null; ) {
    const done = await removeUnheldSnapshots(after, SNAPSHOTS_AT_ONCE);
    removed += done.removed;
    after = done.last;
  }
  return removed;
}
