import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_KINDS } from '@/lib/contract/jobs.ts';
import { findJob } from '@/lib/server/repo/job.ts';
import { handlers } from './handlers/index.ts';
import { Worker } from './worker.ts';

const LOOK_EVERY_MS = 200;

/**
 * Does a job in this process, where no worker lives: it becomes a worker until that job has ended. A job that runs may
 * ask for others, and waiting ones come first, so it takes all kinds.
 */
export async function runJobInline(jobId: string): Promise<void> {
  const worker = new Worker(handlers, Object.fromEntries(JOB_KINDS.map((kind) => [kind, 1])));
  await worker.start();
  try {
    for (;;) {
      const job = await findJob(jobId);
      if (!job || job.endedAt !== null) return;
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    await worker.stop();
  }
}
