import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runDatasetCheck } from '@/lib/server/service/check-dataset.ts';

export const handler: JobHandler<JobPayload<'check'>> = runDatasetCheck;
