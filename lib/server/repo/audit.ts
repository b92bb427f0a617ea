import type { Actor } from '../auth/actor.ts';
import type { DbOrTx, Prisma } from '../db/connection.ts';

/** Writes who did what to what; part of the same transaction as the deed. */
export async function writeAudit(
  db: DbOrTx,
  actor: Pick<Actor, 'id'>,
  action: string,
  subject: string,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  await db.auditEvent.create({ data: { actor: actor.id, action, subject, detail } });
}
