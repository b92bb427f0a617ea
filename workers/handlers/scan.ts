import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runScan } from '@/lib/server/service/scan.ts';

export const handler: JobHandler<JobPayload<'scan'>> = runScan;
