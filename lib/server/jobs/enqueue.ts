import { jobPayloads } from '@/lib/contract/job-payload.ts';
import type { Actor } from '../auth/actor.ts';
import { requireRole } from '../auth/actor.ts';
import { insertJob } from '../repo/job.ts';
import { getSender } from './boss.ts';
import type { JobRequest } from './job.ts';
import { sendJob } from './send.ts';

/**
 * Asks for a job. Its row and its place in the queue are written in one transaction, so a job that people see is a job
 * that some worker will take.
 * @returns the job's id
 * @throws ZodError where the payload is not what the kind's handler takes
 */
export async function enqueueJob(actor: Actor, request: JobRequest): Promise<string> {
  requireRole(actor, 'admin');
  const payload = jobPayloads[request.kind].parse(request.payload);
  const boss = await getSender();
  return insertJob({ ...request, payload, createdBy: actor.id }, (job, tx) => sendJob(boss, job, tx));
}
