import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@/lib/contract/jobs.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { cancelJob, countWorkersAlive, getJob } from '@/lib/server/service/job.ts';
import { runJobInline } from '@/workers/run-job.ts';
import { startProgress } from './output.ts';

const POLL_MS = 400;

/**
 * Waits for a job, showing how far it is; does it here where no worker lives. Ctrl-C cancels it.
 * @throws Problem with the job's own sentence where it failed
 */
export async function finishJob(id: string): Promise<Job> {
  const inline = (await countWorkersAlive()) === 0 ? runJobInline(id) : null;
  let broken = false;
  inline?.catch(() => {
    broken = true;
  });
  const cancel = () => {
    // It may end at this moment by itself.
    cancelJob(OPERATOR, { id }).catch((error: Error) => console.error(error.message));
  };
  process.once('SIGINT', cancel);
  const progress = startProgress((await getJob(OPERATOR, { id })).title);
  try {
    for (;;) {
      // Then nobody does the job; waiting for `inline`, below, says why.
      if (broken) throw new Problem('The job was not done.');
      const job = await getJob(OPERATOR, { id });
      progress.update(job.progress, job.message ?? '');
      if (job.state === 'done') return job;
      if (job.state === 'failed' || job.state === 'cancelled') {
        throw new Problem(`${job.title}: ${job.error ?? job.state}`);
      }
      await sleep(POLL_MS);
    }
  } finally {
    progress.end();
    process.off('SIGINT', cancel);
    await inline;
  }
}
