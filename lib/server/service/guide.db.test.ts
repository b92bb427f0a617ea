import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_GUIDE } from '@/lib/contract/first-guide.ts';
import { guideSchema } from '@/lib/contract/guide.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addQueue, labelInput } from '../testing/labelling.ts';
import { getGuide, writeGuide } from './guide.ts';
import { annotate, claimItems } from './label.ts';

let database: TestDatabase;
let ann: Actor;
let admin: Actor;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  ann = await addPerson('ann');
  admin = await addPerson('ada', 'admin');
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

test('an installation begins with a guide; a change is a new version, and earlier ones stay readable', async () => {
  const both = await Promise.all([getGuide(ann, {}), getGuide(ann, {})]);
  for (const guide of both)
    expect(guideSchema.parse(guide)).toMatchObject({ number: 1, content: FIRST_GUIDE });
  const content = { ...FIRST_GUIDE, precedence: 'The last bar decides.' };
  expect(await writeGuide(admin, { basedOn: 1, reason: 'shorter', content })).toEqual({ number: 2 });
  const now = await getGuide(ann, {});
  expect(now).toMatchObject({ number: 2, content, reason: 'shorter', author: 'ada' });
  expect(now.versions.map(({ number }) => number)).toEqual([2, 1]);
  expect((await getGuide(ann, { version: 1 })).content).toEqual(FIRST_GUIDE);
  await expect(getGuide(ann, { version: 9 })).rejects.toMatchObject({ code: 'not_found' });
});

test('of two people who change the same version one is told, and only admins change it', async () => {
  const { number } = await getGuide(ann, {});
  const write = (reason: string) =>
    writeGuide(admin, { basedOn: number, reason, content: { ...FIRST_GUIDE, precedence: reason } });
  const results = await Promise.allSettled([write('one'), write('other')]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused?.reason).toMatchObject({ code: 'conflict', message: expect.stringContaining('ada') });
  const reviewer = await addPerson('rex', 'reviewer');
  for (const actor of [ann, reviewer])
    await expect(
      writeGuide(actor, { basedOn: number + 1, reason: 'mine', content: FIRST_GUIDE }),
    ).rejects.toMatchObject({ code: 'forbidden' });
});

test('an annotation keeps the version it was given by; unsaid or unknown, the one in force when it was given', async () => {
  const { number } = await getGuide(ann, {});
  const { queueId } = await addQueue(4);
  const { items } = await claimItems(ann, { id: queueId, count: 4, holding: [], hold: 'ready' });
  const answers = [
    { ...labelInput(items[0]), guideVersion: 1 },
    labelInput(items[1]),
    { ...labelInput(items[2]), guideVersion: 999 },
    { ...labelInput(items[3]), answeredAt: '2020-01-01T00:00:00.000Z' },
  ];
  const kept: (number | null)[] = [];
  for (const answer of answers) {
    const { annotation } = await annotate(ann, answer);
    kept.push(annotation.guideVersion);
    expect((await annotate(ann, answer)).annotation).toEqual(annotation);
  }
  expect(kept).toEqual([1, number, number, null]);
});
