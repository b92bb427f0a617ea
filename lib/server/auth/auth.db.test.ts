import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { insertPerson } from '../repo/people.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { getAuth } from './auth.ts';

// Settings are read once: before the first call here.
process.env.HOST = '0.0.0.0';

const PASSWORD = 'long enough password';
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  const passwordHash = await hashPassword(PASSWORD);
  for (const name of ['ann', 'ben']) {
    const email = `${name}@example.org`;
    await insertPerson(getDb(), { id: randomUUID(), name, email, role: 'analyst', passwordHash });
  }
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

interface Sender {
  /** The network address that it claims. */
  readonly from: string;
  readonly origin?: string;
  readonly host?: string;
}

function signIn(
  email: string,
  password: string,
  { from, origin = 'http://localhost:3000', host = 'localhost:3000' }: Sender,
): Promise<Response> {
  return getAuth().handler(
    new Request(`http://${host}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin,
        host,
        'x-forwarded-for': from,
        'sec-fetch-site': new URL(origin).host === host ? 'same-origin' : 'cross-site',
        'sec-fetch-mode': 'cors',
      },
      body: JSON.stringify({ email, password }),
    }),
  );
}

test('failed sign-ins for one account are limited though each claims another network address', async () => {
  for (let i = 0; i < 12; i++) {
    expect((await signIn('ann@example.org', 'a wrong password', { from: `203.0.113.${i}` })).status).toBe(
      401,
    );
  }
  const refused = await signIn('Ann@example.org', PASSWORD, { from: '203.0.113.200' });
  expect(refused.status).toBe(429);
  expect((await refused.json()).message).toMatch(
    /^Too many failed sign-ins for this address; try again in \d+ s/,
  );
  expect((await signIn('ben@example.org', PASSWORD, { from: '203.0.113.201' })).status).toBe(200);
});

test('sign-ins that succeed are not held against their account', async () => {
  for (let i = 0; i < 14; i++) {
    expect((await signIn('ben@example.org', PASSWORD, { from: `198.51.100.${i}` })).status).toBe(200);
  }
});

test('on all addresses, a page of the host that was asked signs in, and one of another site does not', async () => {
  const host = '192.168.7.20:3000';
  const from = '192.0.2.1';
  const own = { from, host, origin: `http://${host}` };
  expect((await signIn('ben@example.org', PASSWORD, own)).status).toBe(200);
  const foreign = { from, host, origin: 'http://evil.example:3000' };
  expect((await signIn('ben@example.org', PASSWORD, foreign)).status).toBe(403);
});
