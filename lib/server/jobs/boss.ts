import type pg from 'pg';
import { type Clock, PgBoss, systemClock } from 'pg-boss';
import { JOB_KINDS, type JobKind } from '@/lib/contract/jobs.ts';
import { getPool } from '../db/connection.ts';
import { logger } from '../log.ts';

export const BOSS_SCHEMA = 'pgboss';

const HOUR = 3600;
/** The longest a job of a kind may take; one that takes longer is stuck. */
const EXPIRE_SECONDS: Record<JobKind, number> = {
  import: 2 * HOUR,
  scan: 2 * HOUR,
  dataset: 4 * HOUR,
  train: 23 * HOUR,
  predict: 12 * HOUR,
  order: HOUR,
  gate: 4 * HOUR,
  check: 4 * HOUR,
  round: 12 * HOUR,
};
/** A worker that is silent for so long is taken for dead and its job given to another. */
export const HEARTBEAT_SECONDS = 20;
export const HEARTBEAT_REFRESH_SECONDS = 4;
/** How often a job that takes its worker down is tried again. */
const RETRY_LIMIT = 2;

/** What travels through pg-boss: everything else is in our own Job row. */
export interface BossJob {
  jobId: string;
}

/** Makes the queues where they are missing and gives existing ones their settings. */
export async function prepareQueues(boss: PgBoss): Promise<void> {
  for (const kind of JOB_KINDS) {
    const settings = {
      expireInSeconds: EXPIRE_SECONDS[kind],
      heartbeatSeconds: HEARTBEAT_SECONDS,
      retryLimit: RETRY_LIMIT,
      retryDelay: 0,
      notify: true,
    };
    // `singleton`: of the jobs with one key only one is active; each job without a serial key gets a key of its own.
    if (await boss.getQueue(kind)) await boss.updateQueue(kind, settings);
    else await boss.createQueue(kind, { ...settings, policy: 'singleton' });
  }
}

/** Its timers keep no process alive. */
const unobtrusiveClock: Clock = {
  ...systemClock,
  setInterval: (fn, ms) => {
    const timer = setInterval(fn, ms);
    timer.unref();
    return timer;
  },
  setTimeout: (fn, ms) => {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return timer;
  },
};

const holder = globalThis as typeof globalThis & {
  halyardSender?: { pool: unknown; boss: Promise<PgBoss> };
};

/** The instance that puts jobs in; it takes none and supervises nothing. It shares this process's pool. */
export function getSender(): Promise<PgBoss> {
  const pool = getPool();
  // A pool that was closed and opened again (tests) needs a sender of its own.
  if (holder.halyardSender?.pool !== pool) {
    const boss = startSender(pool);
    holder.halyardSender = { pool, boss };
    boss.catch(() => {
      holder.halyardSender = undefined;
    });
  }
  return holder.halyardSender.boss;
}

async function startSender(pool: pg.Pool): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: BOSS_SCHEMA,
    supervise: false,
    schedule: false,
    registerInstance: false,
    clock: unobtrusiveClock,
    // Queues do not change while we run.
    queueCacheIntervalSeconds: 3600,
  });
  boss.on('error', (error) => {
    if (!pool.ended) logger.warn({ err: error }, 'job queue');
  });
  await boss.start();
  await prepareQueues(boss);
  return boss;
}
