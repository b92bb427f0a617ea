import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { getDb } from '../db/connection.ts';
import { inTransaction } from '../db/transaction.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface ScanParameters {
  readonly seriesId: number;
  readonly ruleSetId: number;
  readonly barsKey: string;
  readonly lookbackDays: number | null;
  readonly seed: number;
}

/** One kept window on its way into the database. */
export interface KeptRow {
  /** The id that a new window gets. */
  readonly id: string;
  /** The live window that has these bars already, if there is one. */
  readonly existingId: string | null;
  readonly ts: number;
  /** Of a new window. */
  readonly snapshotHash: string | null;
  readonly kind: 'event' | 'near_miss' | 'sampled_none' | 'undecided';
  readonly weakClass: string;
  readonly direction: number;
  readonly poleKatr: number | null;
  readonly inclusionProbability: number;
  readonly weight: number;
  /** JSON. */
  readonly votes: string;
}

/** The newest scan of a series with a rule set. */
export async function findNewestScan(seriesId: number, ruleSetId: number) {
  return getDb().scan.findFirst({
    where: { seriesId, ruleSetId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
}

/** The newest scan of every series, with its rule set's number. */
export async function findNewestScans() {
  return getDb().scan.findMany({
    distinct: ['seriesId'],
    orderBy: [{ seriesId: 'asc' }, { createdAt: 'desc' }, { id: 'desc' }],
    include: { ruleSet: { select: { number: true } } },
  });
}

/** Holds the series' bars as they are until the transaction ends. @returns the file they are in, or null without series */
export async function holdBars(tx: PoolClient, seriesId: number): Promise<string | null> {
  const { rows } = await tx.query<{ barsKey: string | null }>(
    `SELECT "barsKey" FROM "Series" WHERE id = $1 FOR SHARE`,
    [seriesId],
  );
  return rows[0]?.barsKey ?? null;
}

/** The row of a scan; one with the same parameters is taken up again and becomes the newest. */
export async function putScan(
  tx: PoolClient,
  scan: ScanParameters,
  validWindows: number,
  counts: object,
): Promise<number> {
  const values = [
    scan.seriesId,
    scan.ruleSetId,
    scan.barsKey,
    scan.lookbackDays,
    scan.seed,
    validWindows,
    JSON.stringify(counts),
  ];
  const updated = await tx.query<{ id: number }>(
    `UPDATE "Scan" SET "validWindows" = $6, counts = $7, "createdAt" = ${UTC_NOW}
     WHERE "seriesId" = $1 AND "ruleSetId" = $2 AND "barsKey" = $3 AND "lookbackDays" IS NOT DISTINCT FROM $4 AND seed = $5
     RETURNING id`,
    values,
  );
  if (updated.rows[0]) return updated.rows[0].id;
  const inserted = await tx.query<{ id: number }>(
    `INSERT INTO "Scan" ("seriesId", "ruleSetId", "barsKey", "lookbackDays", seed, "validWindows", counts, "createdAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, ${UTC_NOW}) RETURNING id`,
    values,
  );
  return inserted.rows[0].id;
}

/** Which of these snapshots are stored already; no sweep takes them before the transaction ends. */
export async function findKnownSnapshots(tx: PoolClient, hashes: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ hash: string }>(
    'SELECT hash FROM "Snapshot" WHERE hash = ANY($1::text[]) FOR KEY SHARE',
    [hashes],
  );
  return new Set(rows.map(({ hash }) => hash));
}

/**
 * Removes snapshots that no window holds (any more), in the order of their hashes.
 * @param after look behind this hash
 * @param limit at most so many at a time
 * @returns how many were removed, and the last hash that was looked at: null where none is left behind it
 */
export async function removeUnheldSnapshots(
  after: string,
  limit: number,
): Promise<{ removed: number; last: string | null }> {
  return inTransaction(async (tx) => {
    const { rows } = await tx.query<{ hash: string }>(
      `SELECT hash FROM "Snapshot" s
       WHERE hash > $1 AND NOT EXISTS (SELECT 1 FROM "Window" w WHERE w."snapshotHash" = s.hash)
       ORDER BY hash LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [after, limit],
    );
    // A statement of its own: it sees the windows that were committed before the locks were ours.
    const { rowCount } = await tx.query(
      `DELETE FROM "Snapshot" s WHERE hash = ANY($1::text[])
         AND NOT EXISTS (SELECT 1 FROM "Window" w WHERE w."snapshotHash" = s.hash)`,
      [rows.map(({ hash }) => hash)],
    );
    return { removed: rowCount ?? 0, last: rows.at(-1)?.hash ?? null };
  });
}

/**
 * Copies new snapshots in, packed, by the hash of their content.
 * @throws the database's unique_violation where another transaction stored one of them meanwhile
 */
export async function copySnapshots(
  tx: PoolClient,
  snapshots: Iterable<{ hash: string; bytes: Buffer }>,
): Promise<void> {
  await pipeline(
    Readable.from(binaryRows(snapshots)),
    tx.query(copyFrom('COPY "Snapshot" (hash, bytes) FROM STDIN (FORMAT binary)')),
  );
}

/** Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". */
function* binaryRows(snapshots: Iterable<{ hash: string; bytes: Buffer }>): Generator<Buffer> {
  yield Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
  for (const { hash, bytes } of snapshots) {
    const head = Buffer.alloc(2 + 4 + hash.length + 4);
    head.writeInt16BE(2, 0);
    head.writeInt32BE(hash.length, 2);
    head.write(hash, 6, 'latin1');
    head.writeInt32BE(bytes.length, 6 + hash.length);
    yield head;
    yield bytes;
  }
  yield Buffer.from([0xff, 0xff]);
}

/**
 * Copies a scan's windows and weak labels in. A window whose bars are stored already is not made again; labels of the
 * same rule set that an earlier scan gave to windows from `sinceTs` on, and this one does not, go, except where a
 * person has answered. Other rule sets' labels are not touched.
 */
export async function copyKept(
  tx: PoolClient,
  { seriesId, ruleSetId }: ScanParameters,
  scanId: number,
  sinceTs: number,
  rows: Iterable<KeptRow>,
): Promise<void> {
  await tx.query(
    `CREATE TEMP TABLE kept (id uuid, existing uuid, ts float8, hash text, kind "WeakKind", class text, direction int,
       pole float8, probability float8, weight float8, votes jsonb) ON COMMIT DROP`,
  );
  await pipeline(Readable.from(textRows(rows)), tx.query(copyFrom('COPY kept FROM STDIN')));
  await tx.query(
    `INSERT INTO "Window" (id, "seriesId", ts, "snapshotHash", "createdAt")
     SELECT id, $1, ts, hash, ${UTC_NOW} FROM kept WHERE existing IS NULL
     ON CONFLICT ("seriesId", ts, "snapshotHash") DO UPDATE SET stale = false`,
    [seriesId],
  );
  await tx.query(
    `UPDATE kept SET existing = w.id FROM "Window" w
     WHERE kept.existing IS NULL AND w."seriesId" = $1 AND w.ts = kept.ts AND w."snapshotHash" = kept.hash`,
    [seriesId],
  );
  await tx.query(
    `DELETE FROM "WeakLabel" l USING "Window" w
     WHERE l."windowId" = w.id AND w."seriesId" = $1 AND l."ruleSetId" = $2 AND w.ts >= $3
       AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.existing = w.id)
       AND NOT EXISTS (SELECT 1 FROM "Annotation" a WHERE a."windowId" = w.id)`,
    [seriesId, ruleSetId, sinceTs],
  );
  await tx.query(
    `INSERT INTO "WeakLabel" ("windowId", "ruleSetId", "scanId", kind, "weakClass", direction, "poleKatr",
       "inclusionProbability", weight, votes)
     SELECT existing, $1, $2, kind, class, direction, pole, probability, weight, votes FROM kept
     ON CONFLICT ("windowId", "ruleSetId") DO UPDATE SET "scanId" = EXCLUDED."scanId", kind = EXCLUDED.kind,
       "weakClass" = EXCLUDED."weakClass", direction = EXCLUDED.direction, "poleKatr" = EXCLUDED."poleKatr",
       "inclusionProbability" = EXCLUDED."inclusionProbability", weight = EXCLUDED.weight, votes = EXCLUDED.votes`,
    [ruleSetId, scanId],
  );
}

function* textRows(rows: Iterable<KeptRow>): Generator<string> {
  for (const row of rows) {
    const columns = [
      row.id,
      row.existingId,
      row.ts,
      row.snapshotHash,
      row.kind,
      row.weakClass,
      row.direction,
      row.poleKatr,
      row.inclusionProbability,
      row.weight,
      row.votes.replaceAll('\\', '\\\\'),
    ];
    yield `${columns.map((value) => value ?? '\\N').join('\t')}\n`;
  }
}
