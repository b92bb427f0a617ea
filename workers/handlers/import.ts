import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runImport } from '@/lib/server/service/import.ts';

export const handler: JobHandler<JobPayload<'import'>> = runImport;
