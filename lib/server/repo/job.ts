import type { JobKind } from '@/lib/contract/jobs.ts';
import { type DbOrTx, getDb, getPool, type Prisma } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface NewJob {
  readonly kind: JobKind;
  readonly title: string;
  readonly payload: Prisma.InputJsonObject;
  readonly createdBy: string;
  readonly serialKey?: string;
}

/** What the queue is told of a job. */
export type QueuedJob = Pick<ClaimedJob, 'id' | 'kind' | 'serialKey'>;

/** Inserts a job; the transaction that it is part of also puts it into its queue. */
export async function insertJob(
  tx: DbOrTx,
  { kind, title, payload, createdBy, serialKey }: NewJob,
): Promise<QueuedJob> {
  return tx.job.create({
    data: { kind, title, payload, createdBy, serialKey: serialKey ?? null },
    select: { id: true, kind: true, serialKey: true },
  });
}

export async function findJob(id: string) {
  return getDb().job.findUnique({ where: { id } });
}

/** Newest first, those still going on top. */
export async function findJobs(kinds: readonly JobKind[], limit: number) {
  const where: Prisma.JobWhereInput = { kind: { in: [...kinds] } };
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

/** Jobs of these kinds that wait or run. */
export async function countActiveJobs(kinds: readonly JobKind[]): Promise<number> {
  return getDb().job.count({ where: { kind: { in: [...kinds] }, state: { in: ['queued', 'running'] } } });
}

/** Jobs of a kind that wait for a worker. */
export async function countQueuedJobs(kind: JobKind): Promise<number> {
  return getDb().job.count({ where: { kind, state: 'queued' } });
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
       "endedAt" = CASE WHEN b.state = 'queued' THEN ${UTC_NOW} ELSE j."endedAt" END
     FROM (SELECT id, state FROM "Job" WHERE id = $1 FOR UPDATE) b
     WHERE j.id = b.id RETURNING b.state::text AS before`,
    [id],
  );
  return rows[0]?.before ?? null;
}

export interface ClaimedJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly payload: unknown;
  readonly createdBy: string;
  readonly serialKey: string | null;
  readonly attempt: number;
}

/**
 * Takes a queued job, or one whose worker is gone, for this worker. A cancelled or ended one is not taken; one that
 * somebody asked to stop while nobody held it ends here.
 */
export async function claimJob(id: string): Promise<ClaimedJob | null> {
  await getPool().query(
    `UPDATE "Job" SET state = 'cancelled', "endedAt" = ${UTC_NOW}
     WHERE id = $1 AND "cancelRequested" AND state IN ('queued', 'running')`,
    [id],
  );
  const { rows } = await getPool().query<ClaimedJob>(
    `UPDATE "Job" SET state = 'running', attempt = attempt + 1, "startedAt" = coalesce("startedAt", ${UTC_NOW}),
       "heartbeatAt" = ${UTC_NOW}, progress = NULL, message = NULL
     WHERE id = $1 AND state IN ('queued', 'running')
     RETURNING id, kind::text AS kind, payload, "createdBy", "serialKey", attempt`,
    [id],
  );
  return rows[0] ?? null;
}

export interface JobNews {
  readonly progress: number | null;
  readonly message: string | null;
  readonly lines: readonly { at: Date; line: string }[];
}

/** Stores how far an attempt is. @returns false where the job is no longer this attempt's */
export async function recordNews({ id, attempt }: ClaimedJob, news: JobNews): Promise<boolean> {
  const { rowCount } = await getPool().query(
    `UPDATE "Job" SET progress = $3, message = $4, "heartbeatAt" = ${UTC_NOW}
     WHERE id = $1 AND attempt = $2 AND state = 'running'`,
    [id, attempt, news.progress, news.message],
  );
  if (rowCount === 0) return false;
  if (news.lines.length > 0) {
    await getDb().jobLog.createMany({ data: news.lines.map(({ at, line }) => ({ jobId: id, at, line })) });
  }
  return true;
}

export type JobEnd =
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'cancelled' };

/** Ends an attempt; does nothing where the job is no longer this attempt's. */
export async function endJob({ id, attempt }: ClaimedJob, end: JobEnd): Promise<void> {
  await getPool().query(
    `UPDATE "Job" SET state = $3::"JobState", result = $4, error = $5, "endedAt" = ${UTC_NOW},
       progress = CASE WHEN $3 = 'done' THEN 1 ELSE progress END
     WHERE id = $1 AND attempt = $2 AND state = 'running'`,
    [
      id,
      attempt,
      end.state,
      end.state === 'done' ? JSON.stringify(end.result ?? null) : null,
      end.state === 'failed' ? end.error : null,
    ],
  );
}

/** Gives a running job back, to be taken anew; `alongside` puts it into the queue in the same transaction. */
export async function returnJob(
  { id, kind, serialKey, attempt }: ClaimedJob,
  alongside: (job: QueuedJob, tx: DbOrTx) => Promise<void>,
): Promise<void> {
  await getDb().$transaction(async (tx) => {
    const { count } = await tx.job.updateMany({
      where: { id, attempt, state: 'running' },
      data: { state: 'queued', progress: null, message: null },
    });
    if (count === 1) await alongside({ id, kind, serialKey }, tx);
  });
}

/** Of the given attempts, those that somebody asked to stop or that are no longer theirs. */
export async function findToStop(jobs: readonly ClaimedJob[]): Promise<{ id: string; cancelled: boolean }[]> {
  if (jobs.length === 0) return [];
  const { rows } = await getPool().query<{ id: string; cancelled: boolean }>(
    `SELECT mine.id, j."cancelRequested" AS cancelled
     FROM unnest($1::uuid[], $2::int[]) AS mine(id, attempt) JOIN "Job" j ON j.id = mine.id
     WHERE j."cancelRequested" OR j.state <> 'running' OR j.attempt <> mine.attempt`,
    [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt)],
  );
  return rows;
}

/** Ends jobs that the queue gave up on, because they took every worker down that tried them. */
export async function failAbandonedJobs(schema: string): Promise<number> {
  const { rowCount } = await getPool().query(
    `UPDATE "Job" j SET state = 'failed', "endedAt" = ${UTC_NOW},
       error = 'The worker stopped each time it did this job; its log says more.'
     WHERE j.state IN ('queued', 'running') AND NOT EXISTS (
       SELECT 1 FROM ${schema}.job b
       WHERE b.name = j.kind::text AND b.data->>'jobId' = j.id::text AND b.state IN ('created', 'retry', 'active'))`,
  );
  return rowCount ?? 0;
}
