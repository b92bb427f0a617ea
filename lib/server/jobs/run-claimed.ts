import { jobPayloads } from '@/lib/contract/job-payload.ts';
import { type Actor, OPERATOR } from '../auth/actor.ts';
import { Refusal } from '../error.ts';
import { Problem } from '../host/problem.mjs';
import { logger } from '../log.ts';
import { type ClaimedJob, endJob } from '../repo/job.ts';
import type { JobHandler } from './job.ts';
import { NewsWriter } from './news.ts';

/** Why a job's signal was aborted. */
export type StopReason = 'cancelled' | 'shutdown' | 'lost';

/**
 * Does a claimed job and stores how it ended.
 * @returns false where it was stopped without an end (shutdown): the caller gives it back
 */
export async function runClaimed(
  job: ClaimedJob,
  handler: JobHandler<unknown>,
  signal: AbortSignal,
): Promise<boolean> {
  const news = new NewsWriter(job);
  try {
    const result = await handler({
      jobId: job.id,
      payload: jobPayloads[job.kind].parse(job.payload),
      actor: actorOf(job),
      signal,
      progress: (fraction, message) => news.progress(fraction, message),
      log: (line) => news.log(line),
    });
    await news.end();
    await endJob(job, { state: 'done', result });
    return true;
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : null;
    if (reason === null) {
      news.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      logger.error({ err: error, jobId: job.id, kind: job.kind }, 'job failed');
    }
    await news.end();
    if (reason === 'shutdown' || reason === 'lost') return false;
    await endJob(
      job,
      reason === 'cancelled' ? { state: 'cancelled' } : { state: 'failed', error: sentenceOf(error) },
    );
    return true;
  }
}

/** Whoever asked held the right to when asking. */
function actorOf({ createdBy }: ClaimedJob): Actor {
  if (createdBy === OPERATOR.id) return OPERATOR;
  return { kind: 'person', id: createdBy, name: createdBy, role: 'admin' };
}

function sentenceOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof Problem) return error.message;
  const [first] = String(error instanceof Error ? error.message : error).split('\n');
  return `It stopped on a fault: ${first?.slice(0, 400)}`;
}
