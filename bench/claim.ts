import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { quantileSorted } from '../lib/core/quantile.ts';
import type { Actor } from '../lib/server/auth/actor.ts';
import { packSnapshot } from '../lib/server/bars/snapshot-bytes.ts';
import { closeDatabase, configureDatabase, getPool } from '../lib/server/db/connection.ts';
import { paths } from '../lib/server/paths.ts';
import { ensurePostgresEnv } from '../lib/server/pg/database.ts';
import { startEmbeddedPostgres } from '../lib/server/pg/launcher.ts';
import { applyMigrations } from '../lib/server/pg/migrate.ts';
import { annotate, claimItems } from '../lib/server/service/label.ts';
import { snapshotEndingAt } from '../lib/server/testing/labelling.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';

const WINDOWS = 1_000_000;
const SNAPSHOTS = 10_000;
const PEOPLE = 50;
const READY = 12;
/** Each person answers every half second on average: faster than anyone labels for long. */
const PACE_MS = 500;
const HOUR = 3_600_000;

export default {
  name: 'claim',
  about: `the next window from the server: ${PEOPLE} people who each answer twice a second and keep ${READY} windows ready`,
  async run({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'halyard-bench-pg-'));
    const { postgresEnv, migrations } = paths();
    await ensurePostgresEnv(paths());
    const server = await startEmbeddedPostgres({ folder, pythonEnv: postgresEnv, database: 'bench' });
    try {
      await applyMigrations({ url: server.url, folder: migrations });
      configureDatabase(server.url);
      const queueId = await seed();
      return await measure(queueId, quick ? 10_000 : 60_000);
    } finally {
      await closeDatabase();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;

/** A queue of a million windows, in SQL: each snapshot serves a hundred windows of a hundred series. */
async function seed(): Promise<number> {
  const client = await getPool().connect();
  try {
    // The rows are made to fit each other: checking three million references would take most of the time.
    await client.query('SET session_replication_role = replica');
    await store(client);
    await client.query('RESET session_replication_role');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    client.release(true);
  }
  return 1;
}

async function store(client: pg.PoolClient): Promise<void> {
  await client.query(`
    INSERT INTO "RuleSet" ("number", "name", "params", "hash", "createdBy") VALUES (1, 'bench', '{}', 'bench', 'bench');
    INSERT INTO "Series" ("venue", "symbol", "timeframe", "timeframeMs", "gridOffsetMs", "updatedAt")
      SELECT 'bench', 'S' || n, '1h', ${HOUR}, 0, now() FROM generate_series(1, 100) n;
    INSERT INTO "Scan" ("seriesId", "ruleSetId", "barsKey", "seed", "validWindows", "counts")
      SELECT "id", 1, 'bench', 1, 10000, '{}' FROM "Series"`);
  for (let from = 0; from < SNAPSHOTS; from += 500) {
    const numbers = Array.from({ length: 500 }, (_, i) => from + i);
    await client.query(
      'INSERT INTO "Snapshot" ("hash", "bytes") SELECT * FROM unnest($1::text[], $2::bytea[])',
      [numbers.map(String), numbers.map((n) => packSnapshot(snapshotEndingAt((n + 1_000) * HOUR, n)))],
    );
  }
  await client.query(`
    INSERT INTO "Window" ("id", "seriesId", "ts", "snapshotHash")
      SELECT gen_random_uuid(), 1 + n % 100, (n / 100 + 1000) * ${HOUR}.0, (n / 100)::text
        FROM generate_series(0, ${WINDOWS - 1}) n`);
  await client.query(`
    INSERT INTO "WeakLabel" ("windowId", "ruleSetId", "scanId", "kind", "weakClass", "inclusionProbability", "votes")
      SELECT "id", 1, "seriesId", 'event', 'flag', 1, '[]' FROM "Window"`);
  await client.query(`
    INSERT INTO "Queue" ("name", "ruleSetId", "targets", "seed", "createdBy") VALUES ('bench', 1, '{"flag":2000}', 1, 'bench')`);
  await client.query(`
    INSERT INTO "QueueItem" ("queueId", "position", "windowId", "suggestedClass")
      SELECT 1, row_number() OVER (ORDER BY "id") - 1, "id", 'flag' FROM "Window"`);
}

interface Timings {
  readonly claims: number[];
  readonly answers: number[];
}

async function measure(queueId: number, ms: number): Promise<Figure[]> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, i) => addAnalyst(i)));
  const timings: Timings = { claims: [], answers: [] };
  const until = performance.now() + ms;
  const served = await Promise.all(people.map((person) => work(person, queueId, until, PACE_MS, timings)));
  const all = served.flat();
  if (new Set(all).size !== all.length) throw new Error('claim: a window was served to two people');

  const rush: Timings = { claims: [], answers: [] };
  const rushMs = ms / 4;
  await Promise.all(people.map((person) => work(person, queueId, performance.now() + rushMs, 0, rush)));
  const figure = (name: string, value: number, unit: string, n: number, limit: number | null): Figure => ({
    bench: 'claim',
    figure: name,
    value,
    unit,
    n,
    size: `${WINDOWS} windows`,
    limit,
    machine: machineName(),
  });
  const claims = Float64Array.from(timings.claims).sort();
  const answers = Float64Array.from(timings.answers).sort();
  return [
    figure('p95_ms', quantileSorted(claims, 0.95), 'ms', claims.length, 15),
    figure('p50_ms', quantileSorted(claims, 0.5), 'ms', claims.length, null),
    figure('answer_p95_ms', quantileSorted(answers, 0.95), 'ms', answers.length, null),
    figure('windows_per_s', rush.claims.length / (rushMs / 1000), '1/s', rush.claims.length, null),
  ];
}

async function addAnalyst(i: number): Promise<Actor> {
  const id = `person-${i}`;
  await getPool().query(
    `INSERT INTO "User" ("id", "name", "email", "updatedAt") VALUES ($1, $1, $2, now())`,
    [id, `${id}@example.org`],
  );
  return { kind: 'person', id, name: id, role: 'analyst' };
}

/** Works as the label page does: a first dozen, then one answer sent and one window claimed at a time. */
async function work(
  person: Actor,
  queueId: number,
  until: number,
  paceMs: number,
  timings: Timings,
): Promise<string[]> {
  const served: string[] = [];
  const ready = (await claimItems(person, { id: queueId, count: READY, holding: [] })).items;
  served.push(...ready.map(({ itemId }) => itemId));
  await sleep(Math.random() * paceMs);
  for (;;) {
    const next = ready.shift();
    if (!next || performance.now() >= until) return served;
    const answering = performance.now();
    await annotate(person, {
      kind: 'label',
      id: uuidv7(),
      windowId: next.windowId,
      itemId: next.itemId,
      label: 'flag',
      sawFuture: false,
      elapsedMs: paceMs,
      answeredAt: new Date().toISOString(),
    });
    const claiming = performance.now();
    timings.answers.push(claiming - answering);
    const holding = ready.map(({ leaseId }) => leaseId);
    const { items } = await claimItems(person, { id: queueId, count: 1, holding });
    timings.claims.push(performance.now() - claiming);
    ready.push(...items);
    served.push(...items.map(({ itemId }) => itemId));
    await sleep(paceMs * (0.5 + Math.random()));
  }
}
