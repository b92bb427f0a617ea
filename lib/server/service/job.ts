import { JOB_KINDS, JOB_ROLES, type Job, type JobKind } from '@/lib/contract/jobs.ts';
import { holdsRole } from '@/lib/contract/roles.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { notFound, Refusal } from '../error.ts';
import { countActiveJobs, countQueuedJobs, findJob, findJobs, findLog, requestCancel } from '../repo/job.ts';
import { countLiveWorkers } from '../repo/worker.ts';
import { fillQueues } from './order-queue.ts';

const LOG_LINES_AT_ONCE = 1000;

type JobRow = NonNullable<Awaited<ReturnType<typeof findJob>>>;

/** Newest jobs first, those still going on top, with how many go on and how many workers there are to do them. */
export async function listJobs(actor: Actor, { kind, limit = 50 }: { kind?: JobKind; limit?: number }) {
  requireRole(actor, kind ? JOB_ROLES[kind] : 'reviewer');
  const seen = JOB_KINDS.filter((one) => holdsRole(actor.role, JOB_ROLES[one]));
  const [jobs, active, workersAlive] = await Promise.all([
    findJobs(kind ? [kind] : seen, limit),
    countActiveJobs(seen),
    countWorkersAlive(),
  ]);
  return { jobs: jobs.map(describeJob), active, workersAlive };
}

/** @throws Refusal `not_found`, `forbidden` */
export async function getJob(actor: Actor, { id }: { id: string }): Promise<Job> {
  return describeJob(await jobFor(actor, id));
}

async function jobFor(actor: Actor, id: string): Promise<JobRow> {
  requireRole(actor, 'reviewer');
  const job = await findJob(id);
  if (!job) throw notFound(`job ${id}`);
  requireRole(actor, JOB_ROLES[job.kind]);
  return job;
}

/** The lines of a job's log that came after line `after`, a thousand at most at a time. */
export async function getJobLog(actor: Actor, { id, after = 0 }: { id: string; after?: number }) {
  await jobFor(actor, id);
  const lines = await findLog(id, after, LOG_LINES_AT_ONCE);
  return {
    lines: lines.map((entry) => ({ id: Number(entry.id), at: entry.at.toISOString(), line: entry.line })),
  };
}

/**
 * A queued job is cancelled at once; a running one is asked, and its worker stops it within two seconds.
 * @throws Refusal `conflict` where it already ended
 */
export async function cancelJob(actor: Actor, { id }: { id: string }): Promise<{ ok: true }> {
  await jobFor(actor, id);
  const before = await requestCancel(id);
  if (before === null) throw notFound(`job ${id}`);
  if (before === 'done' || before === 'failed') {
    throw new Refusal('conflict', `The job has ended already: it is ${before}.`);
  }
  if (before === 'queued') await fillAfterLastScan(actor, id);
  return { ok: true };
}

/** Scans leave the queue to the last one that waits: where that one never runs, nobody else would fill it. */
async function fillAfterLastScan(actor: Actor, id: string): Promise<void> {
  const job = await findJob(id);
  if (job?.kind === 'scan' && (await countActiveJobs(['scan'])) === 0) await fillQueues(actor);
}

/** Whether more jobs of a kind wait: what follows them all is done once, by the last. */
export async function hasQueuedJobs(kind: JobKind): Promise<boolean> {
  return (await countQueuedJobs(kind)) > 0;
}

/** Worker processes that gave a sign of life in the last seconds. */
export async function countWorkersAlive(): Promise<number> {
  return countLiveWorkers();
}

function describeJob(job: JobRow): Job {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    title: job.title,
    progress: job.progress,
    message: job.message,
    error: job.error,
    result: job.result,
    cancelRequested: job.cancelRequested,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
  };
}
