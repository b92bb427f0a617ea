import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTokenSchema } from '@/lib/contract/token.ts';
import { OPERATOR } from '../auth/actor.ts';
import { hashToken } from '../auth/token.ts';
import { TokenBook } from '../auth/token-book.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson } from '../testing/labelling.ts';
import { addToken, listTokens, revokeToken } from './token.ts';

const DAY_MS = 86_400_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

test('a token is told once, and what is stored of it is its hash', async () => {
  const { secret, token } = await addToken(OPERATOR, { name: 'scanner', scopes: ['classify'], days: null });
  expect(secret).toMatch(/^halyard_[\w-]{43}$/);
  expect(token).toMatchObject({
    name: 'scanner',
    scopes: ['classify'],
    state: 'active',
    createdBy: 'operator',
  });
  const stored = await getDb().serviceToken.findUniqueOrThrow({ where: { name: 'scanner' } });
  expect(stored.hash).toBe(hashToken(secret));
  expect(JSON.stringify([stored, await listTokens(OPERATOR)])).not.toContain(secret);
  const events = await getDb().auditEvent.findMany({ where: { subject: 'scanner' } });
  expect(JSON.stringify(events.map(({ action, detail }) => ({ action, detail })))).not.toContain(secret);
});

test('a name is given once, to a revoked token too, and each deed is in the audit log', async () => {
  await addToken(OPERATOR, { name: 'once', scopes: ['model'], days: null });
  await revokeToken(OPERATOR, { name: 'once' });
  await revokeToken(OPERATOR, { name: 'once' });
  await expect(addToken(OPERATOR, { name: 'once', scopes: ['model'], days: null })).rejects.toThrow(
    'There is a token "once" (revoked): choose another name.',
  );
  await expect(revokeToken(OPERATOR, { name: 'never' })).rejects.toMatchObject({ code: 'not_found' });
  const events = await getDb().auditEvent.findMany({ where: { subject: 'once' }, orderBy: { id: 'asc' } });
  expect(events.map(({ action }) => action)).toEqual(['token.add', 'token.revoke']);
});

test('only admins make, see and revoke tokens', async () => {
  const reviewer = await addPerson('rita', 'reviewer');
  const asked = [
    () => addToken(reviewer, { name: 'mine', scopes: ['classify'], days: null }),
    () => listTokens(reviewer),
    () => revokeToken(reviewer, { name: 'scanner' }),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'forbidden' });
});

test('a token needs a name and a scope that there is', () => {
  const problem = (given: object) =>
    newTokenSchema.safeParse({ name: 'a', scopes: ['classify'], days: null, ...given }).error?.issues[0]
      ?.message;
  expect(problem({ name: ' ' })).toBe('a token has a name');
  expect(problem({ scopes: [] })).toBe('a token without a scope can do nothing');
  expect(problem({ scopes: ['everything'] })).toMatch(/classify/);
  expect(problem({ days: 0 })).toBeDefined();
  expect(problem({})).toBeUndefined();
});

test('a token holds until its day, and its use is written down by the minute', async () => {
  let now = Date.now();
  const book = new TokenBook(() => now);
  await book.refresh();
  const { secret } = await addToken(OPERATOR, { name: 'ten days', scopes: ['classify'], days: 10 });
  expect(await book.identify(secret)).toMatchObject({ name: 'ten days', scopes: ['classify'] });
  await book.refresh();
  const lastUsed = async () =>
    (await listTokens(OPERATOR)).find(({ name }) => name === 'ten days')?.lastUsedAt ?? null;
  expect(await lastUsed()).toBe(new Date(now).toISOString());
  now += 30_000;
  await book.identify(secret);
  await book.refresh();
  expect(await lastUsed()).not.toBe(new Date(now).toISOString());
  await book.close();
  expect(await lastUsed()).toBe(new Date(now).toISOString());
  now += 10 * DAY_MS;
  await expect(book.identify(secret)).rejects.toThrow(/^The token "ten days" expired at/);
  expect((await listTokens(OPERATOR, new Date(now))).find(({ name }) => name === 'ten days')?.state).toBe(
    'expired',
  );
});

test('while the database is away known tokens hold, and for others it is said that it cannot be found out', async () => {
  const book = new TokenBook();
  const { secret } = await addToken(OPERATOR, { name: 'known', scopes: ['classify'], days: null });
  await book.refresh();
  await getPool().query('ALTER TABLE "ServiceToken" RENAME TO "Away"');
  try {
    expect(await book.identify(secret)).toMatchObject({ name: 'known' });
    await expect(book.identify('halyard_other')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^The token cannot be checked at the moment/),
    });
  } finally {
    await getPool().query('ALTER TABLE "Away" RENAME TO "ServiceToken"');
  }
  await expect(book.identify('halyard_other')).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('many made-up tokens cost the database one look in a while', async () => {
  const book = new TokenBook();
  let looks = 0;
  const refresh = book.refresh.bind(book);
  book.refresh = () => {
    looks++;
    return refresh();
  };
  const tries = await Promise.allSettled(
    Array.from({ length: 500 }, (_, i) => book.identify(`halyard_made-up-${i}`)),
  );
  expect(tries.every(({ status }) => status === 'rejected')).toBe(true);
  expect(looks).toBe(1);
});
