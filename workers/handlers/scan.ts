import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runScanJob } from '@/lib/server/service/scan.ts';

export const handler: JobHandler<JobPayload<'scan'>> = runScanJob;
