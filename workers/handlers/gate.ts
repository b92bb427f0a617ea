import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runGateJob } from '@/lib/server/service/gate.ts';

export const handler: JobHandler<JobPayload<'gate'>> = runGateJob;
