import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { JobKind } from '@/lib/contract/jobs.ts';
import type { BossJob } from './boss.ts';

/** Puts a job into its queue, as part of the transaction that `tx` is in. */
export async function sendJob(
  boss: PgBoss,
  job: { id: string; kind: JobKind; serialKey: string | null },
  tx: ClientBase,
): Promise<void> {
  const data: BossJob = { jobId: job.id };
  const sent = await boss.send(job.kind, data, {
    id: randomUUID(),
    singletonKey: job.serialKey ?? job.id,
    db: { executeSql: (text, values) => tx.query(text, values) },
  });
  if (sent === null) throw new Error(`job ${job.id} was not taken by the queue "${job.kind}"`);
}
