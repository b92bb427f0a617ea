import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runPredict } from '@/lib/server/service/predict.ts';

export const handler: JobHandler<JobPayload<'predict'>> = runPredict;
