import type pg from 'pg';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { packSnapshot } from '../bars/snapshot-bytes.ts';
import { snapshotEndingAt } from './labelling.ts';

const HOUR = 3_600_000;
const SERIES = 100;

/**
 * Windows by the hundred thousand, in SQL: a hundred series, one window a bar, each snapshot shared by the hundred windows
 * that end at its hour. They lie in one queue or several, in an order of their own.
 * @param windows a multiple of 100
 * @returns the queues
 */
export async function addManyWindows(
  client: pg.ClientBase,
  { windows, queues, name }: { windows: number; queues: number; name: string },
): Promise<number[]> {
  // The rows are made to fit each other: checking millions of references would take most of the time.
  await client.query('SET session_replication_role = replica');
  try {
    await addWindows(client, windows, name);
    return await addQueues(client, queues, name);
  } finally {
    await client.query('RESET session_replication_role');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  }
}

async function addWindows(client: pg.ClientBase, windows: number, name: string): Promise<void> {
  await client.query(`
    INSERT INTO "RuleSet" ("number", "name", "params", "hash", "createdBy")
      SELECT coalesce(max("number"), 0) + 1, '${name}', '{}', '${name}', '${name}' FROM "RuleSet";
    INSERT INTO "Series" ("venue", "symbol", "timeframe", "timeframeMs", "gridOffsetMs", "updatedAt")
      SELECT '${name}', 'S' || n, '1h', ${HOUR}, 0, now() FROM generate_series(0, ${SERIES - 1}) n;
    INSERT INTO "Scan" ("seriesId", "ruleSetId", "barsKey", "seed", "validWindows", "counts")
      SELECT s."id", r."id", '${name}', 1, ${windows / SERIES}, '{}' FROM "Series" s, "RuleSet" r
       WHERE s."venue" = '${name}' AND r."name" = '${name}'`);
  const shots = windows / SERIES;
  for (let from = 0; from < shots; from += 500) {
    const numbers = Array.from({ length: Math.min(500, shots - from) }, (_, i) => from + i);
    const packed = await Promise.all(
      numbers.map((n) => packSnapshot(snapshotEndingAt((n + 1_000) * HOUR, n))),
    );
    await client.query(
      `INSERT INTO "Snapshot" ("hash", "bytes") SELECT '${name}' || n, bytes FROM unnest($1::text[], $2::bytea[]) AS given(n, bytes)`,
      [numbers.map(String), packed.map(({ bytes }) => bytes)],
    );
  }
  await client.query(`
    INSERT INTO "Window" ("id", "seriesId", "ts", "snapshotHash")
      SELECT gen_random_uuid(), s."id", (n + 1000) * ${HOUR}.0, '${name}' || n
        FROM "Series" s, generate_series(0, ${shots - 1}) n WHERE s."venue" = '${name}';
    INSERT INTO "WeakLabel" ("windowId", "ruleSetId", "scanId", "kind", "weakClass", "inclusionProbability", "votes")
      SELECT w."id", c."ruleSetId", c."id", 'event', 'flag', 1, '[]'
        FROM "Window" w JOIN "Scan" c ON c."seriesId" = w."seriesId" AND c."barsKey" = '${name}'`);
}

async function addQueues(client: pg.ClientBase, queues: number, name: string): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO "Queue" ("name", "ruleSetId", "targets", "seed", "createdBy")
       SELECT $1, r."id", '{"flag":2000}', 1, $1 FROM "RuleSet" r, generate_series(1, $2) WHERE r."name" = $1
     RETURNING "id"`,
    [name, queues],
  );
  await client.query(
    `INSERT INTO "QueueItem" ("queueId", "position", "windowId", "seriesId", "ts", "clearFrom", "suggestedClass")
       SELECT q."id", row_number() OVER (PARTITION BY q."id" ORDER BY w."id") - 1, w."id", w."seriesId", w."ts",
              w."ts" + ${WINDOW_BARS * HOUR}, 'flag'
         FROM "Queue" q, "Window" w JOIN "Series" s ON s."id" = w."seriesId"
        WHERE q."id" = ANY($2) AND s."venue" = $1`,
    [name, rows.map(({ id }) => id)],
  );
  return rows.map(({ id }) => id);
}
