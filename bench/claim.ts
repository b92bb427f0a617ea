import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { quantileSorted } from '../lib/core/quantile.ts';
import type { Actor } from '../lib/server/auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../lib/server/db/connection.ts';
import { paths } from '../lib/server/paths.ts';
import { ensurePostgresEnv } from '../lib/server/pg/database.ts';
import { startEmbeddedPostgres } from '../lib/server/pg/launcher.ts';
import { applyMigrations } from '../lib/server/pg/migrate.ts';
import { annotate, claimItems } from '../lib/server/service/label.ts';
import { addManyWindows } from '../lib/server/testing/many-windows.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';

const WINDOWS = 1_000_000;
const PEOPLE = 50;
const READY = 12;
/** Each person answers every half second on average: faster than anyone labels for long. */
const PACE_MS = 500;
const WARM_UP_MS = 3_000;

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
      await seed();
      return await measure(quick ? 10_000 : 60_000);
    } finally {
      await closeDatabase();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;

/** Everyone answers once; two must answer, and one person is 100,000 answers ahead of the others. */
const ONCE = 1;
const TWICE = 2;
const AHEAD = 100_000;

/** Two queues of a million windows, and in the second one person who is far ahead. */
async function seed(): Promise<void> {
  const client = await getPool().connect();
  try {
    const queues = await addManyWindows(client, { windows: WINDOWS, queues: 2, name: 'bench' });
    if (queues.join() !== [ONCE, TWICE].join()) throw new Error(`claim: the queues are ${queues.join()}`);
    await client.query('SET session_replication_role = replica');
    await answerAhead(client);
    await client.query('RESET session_replication_role');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    client.release(true);
  }
}

async function answerAhead(client: pg.PoolClient): Promise<void> {
  await client.query(`
    UPDATE "Queue" SET "overlap" = 2 WHERE "id" = ${TWICE};
    INSERT INTO "User" ("id", "name", "email", "updatedAt")
      SELECT 'person-' || n, 'person-' || n, 'person-' || n || '@example.org', now() FROM generate_series(0, ${PEOPLE - 1}) n;
    INSERT INTO "Annotation" ("id", "userId", "windowId", "queueItemId", "kind", "label", "elapsedMs", "answeredAt")
      SELECT gen_random_uuid(), 'person-0', "windowId", "id", 'label', 'flag', 900, now() FROM "QueueItem"
       WHERE "queueId" = ${TWICE} AND "position" < ${AHEAD};
    INSERT INTO "CurrentRecord" ("windowId", "recordId", "state", "sawFuture")
      SELECT "windowId", "id", 'open', false FROM "QueueItem" WHERE "queueId" = ${TWICE} AND "position" < ${AHEAD};
    UPDATE "QueueItem" SET "answered" = 1 WHERE "queueId" = ${TWICE} AND "position" < ${AHEAD};
    INSERT INTO "QueueCursor" ("queueId", "userId", "position") VALUES (${TWICE}, 'person-0', ${AHEAD - 1})`);
}

interface Timings {
  readonly claims: number[];
  readonly answers: number[];
}

async function measure(ms: number): Promise<Figure[]> {
  const people = Array.from({ length: PEOPLE }, (_, i) => analyst(i));
  const labelAll = async (queueId: number, lasting: number, paceMs: number) => {
    const timings: Timings = { claims: [], answers: [] };
    const until = performance.now() + lasting;
    const served = await Promise.all(people.map((one) => work(one, queueId, until, paceMs, timings)));
    return {
      served,
      claims: Float64Array.from(timings.claims).sort(),
      answers: Float64Array.from(timings.answers).sort(),
    };
  };
  // The first minute of a new installation is not what is measured: by then Postgres knows how large its tables are.
  await labelAll(ONCE, WARM_UP_MS, PACE_MS);
  await getPool().query('ANALYZE');
  const once = await labelAll(ONCE, ms, PACE_MS);
  const all = once.served.flat();
  if (new Set(all).size !== all.length) throw new Error('claim: a window was served to two people');
  const twice = await labelAll(TWICE, ms, PACE_MS);
  const rushMs = ms / 4;
  const rush = await labelAll(ONCE, rushMs, 0);

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
  return [
    figure('p95_ms', quantileSorted(once.claims, 0.95), 'ms', once.claims.length, 15),
    figure('p50_ms', quantileSorted(once.claims, 0.5), 'ms', once.claims.length, null),
    figure('overlap_2_p95_ms', quantileSorted(twice.claims, 0.95), 'ms', twice.claims.length, 15),
    figure('overlap_2_p50_ms', quantileSorted(twice.claims, 0.5), 'ms', twice.claims.length, null),
    figure('answer_p95_ms', quantileSorted(once.answers, 0.95), 'ms', once.answers.length, null),
    figure('windows_per_s', rush.claims.length / (rushMs / 1000), '1/s', rush.claims.length, null),
  ];
}

function analyst(i: number): Actor {
  const id = `person-${i}`;
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
  const ready = (await claimItems(person, { id: queueId, count: READY, holding: [], hold: 'ready' })).items;
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
    const { items } = await claimItems(person, { id: queueId, count: 1, holding, hold: 'ready' });
    timings.claims.push(performance.now() - claiming);
    ready.push(...items);
    served.push(...items.map(({ itemId }) => itemId));
    await sleep(paceMs * (0.5 + Math.random()));
  }
}
