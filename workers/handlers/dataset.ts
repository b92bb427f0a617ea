import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runDatasetBuild } from '@/lib/server/service/dataset.ts';

export const handler: JobHandler<JobPayload<'dataset'>> = runDatasetBuild;
