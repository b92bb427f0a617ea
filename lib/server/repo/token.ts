import type { TokenScope } from '@/lib/contract/token.ts';
import { type DbOrTx, getPool } from '../db/connection.ts';

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: TokenScope[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export function findToken(db: DbOrTx, name: string): Promise<TokenRow | null> {
  return db.serviceToken.findUnique({ where: { name } });
}

/** Newest first. */
export function listTokenRows(db: DbOrTx): Promise<TokenRow[]> {
  return db.serviceToken.findMany({ orderBy: { createdAt: 'desc' } });
}

/** Those that have not been revoked, expired ones too. */
export function listLiveTokens(db: DbOrTx): Promise<TokenRow[]> {
  return db.serviceToken.findMany({ where: { revokedAt: null } });
}

export function insertToken(
  db: DbOrTx,
  token: Pick<TokenRow, 'name' | 'hash' | 'scopes' | 'createdBy' | 'expiresAt'>,
): Promise<TokenRow> {
  return db.serviceToken.create({ data: { ...token, scopes: [...token.scopes] } });
}

/** @returns false where it was revoked before */
export async function revokeTokenRow(db: DbOrTx, id: string, at: Date): Promise<boolean> {
  const { count } = await db.serviceToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: at },
  });
  return count === 1;
}

/** Notes the latest use of each token. */
export async function noteTokenUses(uses: ReadonlyMap<string, Date>): Promise<void> {
  await getPool().query(
    `UPDATE "ServiceToken" t SET "lastUsedAt" = greatest(t."lastUsedAt", u."at")
       FROM unnest($1::uuid[], $2::timestamp[]) AS u("id", "at") WHERE t."id" = u."id"`,
    [[...uses.keys()], [...uses.values()].map((at) => at.toISOString())],
  );
}
