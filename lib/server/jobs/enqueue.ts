import { jobPayloads } from '@/lib/contract/job-payload.ts';
import { JOB_ROLES } from '@/lib/contract/jobs.ts';
import type { Actor } from '../auth/actor.ts';
import { requireRole } from '../auth/actor.ts';
import { type DbOrTx, getDb } from '../db/connection.ts';
import { insertJob } from '../repo/job.ts';
import { getSender } from './boss.ts';
import type { JobRequest } from './job.ts';
import { sendJob } from './send.ts';

/**
 * Asks for a job.
 * @returns the job's id
 * @throws ZodError where the payload is not what the kind's handler takes
 */
export async function enqueueJob(actor: Actor, request: JobRequest): Promise<string> {
  return withJobs(actor, (_, enqueue) => enqueue(request));
}

/**
 * Runs `work` in a transaction in which it may ask for jobs: what it writes, the jobs that people see and their places in
 * the queue are there together, or none of them.
 */
export async function withJobs<Result>(
  actor: Actor,
  work: (tx: DbOrTx, enqueue: (request: JobRequest) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const boss = await getSender();
  return getDb().$transaction((tx) =>
    work(tx, async (request) => {
      requireRole(actor, JOB_ROLES[request.kind]);
      const payload = jobPayloads[request.kind].parse(request.payload);
      const job = await insertJob(tx, { ...request, payload, createdBy: actor.id });
      await sendJob(boss, job, tx);
      return job.id;
    }),
  );
}
