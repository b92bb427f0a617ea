import { jobPayloads } from '@/lib/contract/job-payload.ts';
import { type Actor, OPERATOR } from '../auth/actor.ts';
import { storeAgain } from '../db/store-again.ts';
import { Refusal } from '../error.ts';
import { Problem } from '../host/problem.mjs';
import { logger } from '../log.ts';
import { type ClaimedJob, endJob, type JobEnd } from '../repo/job.ts';
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
  const end = await endOf(job, handler, signal, news);
  await news.end();
  if (end === null) return false;
  // The work is done, so a database that is away for a moment must not make it another's, or failed.
  await storeAgain(`the end of job ${job.id}`, () => endJob(job, end));
  return true;
}

/** How the work ends; null where it is stopped without an end. */
async function endOf(
  job: ClaimedJob,
  handler: JobHandler<unknown>,
  signal: AbortSignal,
  news: NewsWriter,
): Promise<JobEnd | null> {
  try {
    const result = await handler({
      jobId: job.id,
      payload: jobPayloads[job.kind].parse(job.payload),
      actor: actorOf(job),
      signal,
      progress: (fraction, message) => news.progress(fraction, message),
      log: (line) => news.log(line),
    });
    return { state: 'done', result };
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : null;
    if (reason === 'shutdown' || reason === 'lost') return null;
    if (reason === 'cancelled') return { state: 'cancelled' };
    news.log(linesOf(error));
    logger.error({ err: error, jobId: job.id, kind: job.kind }, 'job failed');
    return { state: 'failed', error: sentenceOf(error) };
  }
}

/** Whoever asked held the right to when asking. */
function actorOf({ createdBy }: ClaimedJob): Actor {
  if (createdBy === OPERATOR.id) return OPERATOR;
  return { kind: 'person', id: createdBy, name: createdBy, role: 'admin' };
}

/** What a person can put right is told without a stack. */
function linesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isForPeople(error) ? error.message : (error.stack ?? error.message);
}

const isForPeople = (error: unknown): boolean => error instanceof Refusal || error instanceof Problem;

function sentenceOf(error: unknown): string {
  if (error instanceof Error && isForPeople(error)) return error.message;
  const [first] = String(error instanceof Error ? error.message : error).split('\n');
  return `It stopped on a fault: ${first?.slice(0, 400)}`;
}
