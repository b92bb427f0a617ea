import type { PoolClient } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JobKind } from '@/lib/contract/jobs.ts';
import { getDb, getPool, type Prisma } from '../db/connection.ts';

/** Columns hold UTC without a zone; `now()` alone would be the server's own. */
const NOW = `(now() AT TIME ZONE 'UTC')`;

export interface NewJob {
  readonly kind: JobKind;
  readonly title: string;
  readonly payload: Record<string, unknown>;
  readonly createdBy: string;
  readonly serialKey?: string;
}

/** Inserts a job and whatever `alongside` writes, both or neither. */
export async function insertJob(
  job: NewJob,
  alongside: (job: { id: string; kind: JobKind; serialKey: string | null }, tx: PoolClient) => Promise<void>,
): Promise<string> {
  const id = uuidv7();
  const serialKey = job.serialKey ?? null;
  await inTransaction(async (tx) => {
    await tx.query(
      `INSERT INTO "Job" (id, kind, title, payload, "serialKey", "createdBy", "createdAt")
       VALUES ($1, $2::"JobKind", $3, $4, $5, $6, ${NOW})`,
      [id, job.kind, job.title, JSON.stringify(job.payload), serialKey, job.createdBy],
    );
    await alongside({ id, kind: job.kind, serialKey }, tx);
  });
  return id;
}

export async function findJob(id: string) {
  return getDb().job.findUnique({ where: { id } });
}

/** Newest first, those still going on top. */
export async function findJobs(kind: JobKind | undefined, limit: number) {
  const where: Prisma.JobWhereInput = kind ? { kind } : {};
  const going = await getDb().job.findMany({
    where: { ...where, state: { in: ['queued', 'running'] } },
    orderBy: { createdAt: 'desc' },
    take: limit,
  });
  const ended = await getDb().job.findMany({
    where: { ...where, state: { notIn: ['queued', 'running'] } },
    orderBy: { createdAt: 'desc' },
    take: limit - going.length,
  });
  return [...going, ...ended];
}

export async function countActiveJobs(): Promise<number> {
  return getDb().job.count({ where: { state: { in: ['queued', 'running'] } } });
}

export async function findLog(jobId: string, after: number, limit: number) {
  return getDb().jobLog.findMany({
    where: { jobId, id: { gt: BigInt(after) } },
    orderBy: { id: 'asc' },
    take: limit,
  });
}

/** A queued job is cancelled at once; a running one is asked. @returns the state it was in, or null where there is none */
export async function requestCancel(id: string): Promise<string | null> {
  const { rows } = await getPool().query<{ before: string }>(
    `UPDATE "Job" j SET
       "cancelRequested" = CASE WHEN b.state IN ('queued', 'running') THEN true ELSE j."cancelRequested" END,
       state = CASE WHEN b.state = 'queued' THEN 'cancelled'::"JobState" ELSE j.state END,
       "endedAt" = CASE WHEN b.state = 'queued' THEN ${NOW} ELSE j."endedAt" END
     FROM (SELECT id, state FROM "Job" WHERE id = $1 FOR UPDATE) b
     WHERE j.id = b.id RETURNING b.state::text AS before`,
    [id],
  );
  return rows[0]?.before ?? null;
}

async function inTransaction<Result>(work: (tx: PoolClient) => Promise<Result>): Promise<Result> {
  const tx = await getPool().connect();
  let broken: Error | undefined;
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    tx.release(broken);
  }
}
