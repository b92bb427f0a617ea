import { randomUUID } from 'node:crypto';
import { fromPrisma, type PgBoss } from 'pg-boss';
import type { JobKind } from '@/lib/contract/jobs.ts';
import type { DbOrTx } from '../db/connection.ts';
import type { BossJob } from './boss.ts';

/** Puts a job into its queue, as part of the transaction `tx`. */
export async function sendJob(
  boss: PgBoss,
  job: { id: string; kind: JobKind; serialKey: string | null },
  tx: DbOrTx,
): Promise<void> {
  const data: BossJob = { jobId: job.id };
  const sent = await boss.send(job.kind, data, {
    id: randomUUID(),
    singletonKey: job.serialKey ?? job.id,
    db: fromPrisma(tx),
  });
  if (sent === null) throw new Error(`job ${job.id} was not taken by the queue "${job.kind}"`);
}
