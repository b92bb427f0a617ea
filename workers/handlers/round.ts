import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runRound } from '@/lib/server/service/round.ts';

export const handler: JobHandler<JobPayload<'round'>> = runRound;
