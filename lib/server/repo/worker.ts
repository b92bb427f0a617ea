import { getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

/** A worker beats every second or two; one that is silent for so long is gone. */
const ALIVE_SECONDS = 10;

export async function registerWorker(id: string, name: string): Promise<void> {
  await getPool().query(
    `INSERT INTO "Worker" (id, name, "startedAt", "heartbeatAt") VALUES ($1, $2, ${UTC_NOW}, ${UTC_NOW})
     ON CONFLICT (id) DO UPDATE SET "heartbeatAt" = ${UTC_NOW}`,
    [id, name],
  );
}

/** Takes a worker off the list, and with it those that went without a word long ago. */
export async function unregisterWorker(id: string): Promise<void> {
  await getPool().query(
    `DELETE FROM "Worker" WHERE id = $1 OR "heartbeatAt" < ${UTC_NOW} - interval '1 day'`,
    [id],
  );
}

export async function countLiveWorkers(): Promise<number> {
  const { rows } = await getPool().query<{ count: number }>(
    `SELECT count(*)::int AS count FROM "Worker" WHERE "heartbeatAt" > ${UTC_NOW} - make_interval(secs => $1)`,
    [ALIVE_SECONDS],
  );
  return rows[0]?.count ?? 0;
}
