import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase } from '../db/connection.ts';
import { Refusal } from '../error.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, changePerson, listPeople } from './people.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

const newAdmin = (name: string) => ({
  name,
  email: `${name}@example.org`,
  role: 'admin' as const,
  password: 'long enough password',
});

/** @returns how many were done; all others must have been refused as conflicts */
async function doneOf(tries: Promise<unknown>[]): Promise<number> {
  const results = await Promise.allSettled(tries);
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const reason of refused) {
    expect(reason).toBeInstanceOf(Refusal);
    expect(reason).toMatchObject({ code: 'conflict', status: 409 });
  }
  return results.length - refused.length;
}

test('of the same address added at once one is made and the others are conflicts', async () => {
  expect(await doneOf([1, 2, 3, 4].map(() => addPerson(OPERATOR, newAdmin('ann'))))).toBe(1);
  expect(await listPeople(OPERATOR)).toHaveLength(1);
});

test('admins who are all made analysts at once leave one admin, and the refusals are conflicts', async () => {
  for (const name of ['ben', 'cyd']) await addPerson(OPERATOR, newAdmin(name));
  for (let round = 0; round < 5; round++) {
    const people = await listPeople(OPERATOR);
    expect(
      await doneOf(people.map(({ id }) => changePerson(OPERATOR, { id, role: 'analyst' }))),
    ).toBeLessThan(3);
    const admins = (await listPeople(OPERATOR)).filter(({ role }) => role === 'admin');
    expect(admins.length).toBeGreaterThan(0);
    for (const { id } of people) await changePerson(OPERATOR, { id, role: 'admin' });
  }
});
