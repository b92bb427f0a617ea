import { OPERATOR } from '../../auth/actor.ts';
import type { JobContext } from '../../jobs/job.ts';

/** A job's context for a handler that the test calls itself, with what it said. */
export function jobContext<Payload>(payload: Payload, signal = new AbortController().signal) {
  const log: string[] = [];
  const fractions: number[] = [];
  const context: JobContext<Payload> = {
    jobId: '01900000-0000-7000-8000-000000000001',
    payload,
    actor: OPERATOR,
    signal,
    progress: (fraction) => {
      if (fraction !== null) fractions.push(fraction);
    },
    log: (line) => {
      log.push(line);
    },
  };
  return { context, log, fractions };
}
