import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runOrder } from '@/lib/server/service/order-queue.ts';

export const handler: JobHandler<JobPayload<'order'>> = runOrder;
