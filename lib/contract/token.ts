import { isoDateSchema, storable } from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

/** What a program may do with a token: have windows classified, and read what a model's images are composed by. */
export const TOKEN_SCOPES = ['classify', 'model'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

const MOST_DAYS = 3650;

export const tokenSchema = z.object({
  name: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  state: z.enum(['active', 'expired', 'revoked']),
  createdBy: z.string(),
  createdAt: isoDateSchema,
  expiresAt: isoDateSchema.nullable(),
  /** To the minute or so; null where no call has used it. */
  lastUsedAt: isoDateSchema.nullable(),
});
export type Token = z.infer<typeof tokenSchema>;

export const newTokenSchema = z.object({
  name: z.string().overwrite(storable).trim().min(1, 'a token has a name').max(80),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1, 'a token without a scope can do nothing'),
  /** Until it expires; null for never. */
  days: z.number().int().min(1).max(MOST_DAYS).nullable(),
});
export type NewToken = z.infer<typeof newTokenSchema>;

export const tokensApi = {
  listTokens: endpoint({
    id: 'listTokens',
    method: 'GET',
    path: '/tokens',
    access: 'admin',
    summary: 'Tokens by which programs call the gRPC server, newest first; never the tokens themselves',
    out: z.array(tokenSchema),
  }),
  addToken: endpoint({
    id: 'addToken',
    method: 'POST',
    path: '/tokens',
    access: 'admin',
    summary: 'Make a token for a program; the answer holds it this once',
    body: newTokenSchema,
    out: z.object({ token: tokenSchema, secret: z.string() }),
  }),
  revokeToken: endpoint({
    id: 'revokeToken',
    method: 'POST',
    path: '/tokens/{name}/revoke',
    access: 'admin',
    summary: 'End a token for good; servers refuse it within seconds',
    params: z.object({ name: z.string().min(1).max(80) }),
    out: tokenSchema,
  }),
};
