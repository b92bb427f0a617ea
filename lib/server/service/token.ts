import type { NewToken, Token } from '@/lib/contract/token.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { hashToken, newToken } from '../auth/token.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { writeAudit } from '../repo/audit.ts';
import { findToken, insertToken, listTokenRows, revokeTokenRow, type TokenRow } from '../repo/token.ts';

/** Tells a leaked token from any other random text, so that scanners of source code find it. */
const PREFIX = 'halyard_';
const DAY_MS = 86_400_000;

/**
 * Makes a token for a program.
 * @returns the token itself, which is told this once and stored nowhere
 * @throws Refusal `conflict` where the name is taken, if only by a revoked one: the audit log goes by names
 */
export async function addToken(
  actor: Actor,
  { name, scopes, days }: NewToken,
  now = new Date(),
): Promise<{ token: Token; secret: string }> {
  requireRole(actor, 'admin');
  const secret = PREFIX + newToken();
  const expiresAt = days === null ? null : new Date(now.getTime() + days * DAY_MS);
  return getDb().$transaction(async (tx) => {
    const taken = await findToken(tx, name);
    if (taken) {
      throw new Refusal(
        'conflict',
        `There is a token "${name}" (${stateOf(taken, now)}): choose another name.`,
      );
    }
    const given = {
      name,
      hash: hashToken(secret),
      scopes: [...new Set(scopes)],
      createdBy: actor.id,
      expiresAt,
    };
    const row = await insertToken(tx, given);
    await writeAudit(tx, actor, 'token.add', name, { scopes, expiresAt: expiresAt?.toISOString() ?? null });
    return { token: shape(row, now), secret };
  });
}

export async function listTokens(actor: Actor, now = new Date()): Promise<Token[]> {
  requireRole(actor, 'admin');
  return (await listTokenRows(getDb())).map((row) => shape(row, now));
}

/**
 * Ends a token: servers refuse it within seconds. One that was revoked before stays so.
 * @throws Refusal `not_found`
 */
export async function revokeToken(
  actor: Actor,
  { name }: { name: string },
  now = new Date(),
): Promise<Token> {
  requireRole(actor, 'admin');
  return getDb().$transaction(async (tx) => {
    const row = await findToken(tx, name);
    if (!row) throw notFound(`token "${name}"`);
    if (await revokeTokenRow(tx, row.id, now)) await writeAudit(tx, actor, 'token.revoke', name);
    return shape({ ...row, revokedAt: row.revokedAt ?? now }, now);
  });
}

function stateOf({ revokedAt, expiresAt }: TokenRow, now: Date): Token['state'] {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt <= now ? 'expired' : 'active';
}

function shape(row: TokenRow, now: Date): Token {
  const { name, scopes, createdBy, createdAt, expiresAt, lastUsedAt } = row;
  return {
    name,
    scopes,
    state: stateOf(row, now),
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
