import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { advanceAfterRun } from '@/lib/server/service/round.ts';
import { runTraining } from '@/lib/server/service/train.ts';

/** A round waits for its runs, however they end. */
export const handler: JobHandler<JobPayload<'train'>> = async (context) => {
  try {
    return await runTraining(context);
  } finally {
    await advanceAfterRun(context.actor, context.payload.runId);
  }
};
