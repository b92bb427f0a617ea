import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_RULE_SET } from '@/lib/core/rule/rule-set.ts';
import { packSnapshot } from '../../bars/snapshot-bytes.ts';
import { getDb, getPool } from '../../db/connection.ts';
import { copySnapshots } from '../../repo/scan.ts';
import { writeBars } from '../../testing/bar-files.ts';
import type { Candidate } from '../candidate.ts';
import type { ScannedSeries } from './scanned-series.ts';

/** Stores scanned series as imports and scans leave them: bars, rule set 1, scans, snapshots, windows, weak labels. */
export async function storeMarket(market: Iterable<ScannedSeries>): Promise<void> {
  const db = getDb();
  const ruleSet = await db.ruleSet.upsert({
    where: { number: 1 },
    create: {
      number: 1,
      name: 'default',
      params: JSON.parse(JSON.stringify(DEFAULT_RULE_SET)),
      hash: 'rule set 1',
      createdBy: 'test',
    },
    update: {},
  });
  for (const scanned of market) await storeSeries(scanned, ruleSet.id);
}

async function storeSeries(
  { series, bars, candidates, snapshots }: ScannedSeries,
  ruleSetId: number,
): Promise<void> {
  const { venue, symbol, timeframe, timeframeMs } = series;
  const barsKey = await writeBars(series, bars);
  const stored = await getDb().series.create({
    data: {
      venue,
      symbol,
      timeframe,
      timeframeMs,
      gridOffsetMs: 0,
      barsKey,
      barCount: bars.length,
      firstTs: bars.ts[0],
      lastTs: bars.ts[bars.length - 1],
      scans: { create: { ruleSetId, barsKey, seed: 1, validWindows: bars.length, counts: {} } },
    },
    include: { scans: true },
  });
  const windows = candidates.map((candidate) => ({ id: uuidv7(), candidate }));
  const client = await getPool().connect();
  try {
    const packed = [...snapshots.values()].map(packSnapshot);
    await copySnapshots(client, await Promise.all(packed));
    await copy(client, '"Window" ("id", "seriesId", "ts", "snapshotHash")', windows, ({ id, candidate }) => [
      id,
      stored.id,
      candidate.ts,
      candidate.snapshotHash,
    ]);
    const columns =
      '"windowId","ruleSetId","scanId","kind","weakClass","poleKatr","inclusionProbability","weight","votes"';
    await copy(client, `"WeakLabel" (${columns})`, windows, ({ id, candidate }) => [
      id,
      ruleSetId,
      stored.scans[0].id,
      ...weakColumns(candidate),
    ]);
  } finally {
    client.release();
  }
}

function weakColumns({ weak }: Candidate): (string | number)[] {
  if (!weak) throw new Error('a scanned window has a weak label');
  return [weak.kind, weak.class, weak.poleKatr ?? '\\N', 1 / weak.naturalWeight, weak.naturalWeight, '[]'];
}

async function copy<T>(
  client: pg.PoolClient,
  target: string,
  items: Iterable<T>,
  columns: (item: T) => readonly (string | number)[],
): Promise<void> {
  function* lines() {
    for (const item of items) yield `${columns(item).join('\t')}\n`;
  }
  await pipeline(Readable.from(lines()), client.query(copyFrom(`COPY ${target} FROM STDIN`)));
}
