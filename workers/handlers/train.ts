import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runTraining } from '@/lib/server/service/train.ts';

export const handler: JobHandler<JobPayload<'train'>> = runTraining;
