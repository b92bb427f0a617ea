import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchoringSchema } from '@/lib/contract/anchoring.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addQueue, labelInput, retractionInput } from '../testing/labelling.ts';
import { anchoring } from './anchoring.ts';
import { annotate, claimItems } from './label.ts';

let database: TestDatabase;
let ann: Actor;
let rob: Actor;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  [ann, rob] = await Promise.all([addPerson('ann'), addPerson('rob', 'reviewer')]);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

test('who agrees with what is shown and not with what is hidden shows the effect, with its interval', async () => {
  const { queueId } = await addQueue(41);
  await getPool().query('UPDATE "QueueItem" SET "blind" = "position" % 2 = 0 WHERE "queueId" = $1', [
    queueId,
  ]);
  const { items } = await claimItems(ann, { id: queueId, count: 41, holding: [], hold: 'ready' });
  // Everything shown is confirmed; of the 20 blind ones every fourth gets what the rules say. One is taken back.
  for (const [i, item] of items.slice(0, 40).entries()) {
    const agrees = item.suggestion !== null || i % 8 === 0;
    const input = {
      ...labelInput(item, agrees ? 'flag' : 'none'),
      elapsedMs: item.suggestion ? 1_000 : 3_000,
    };
    await annotate(ann, input);
  }
  const { annotation } = await annotate(ann, labelInput(items[40], 'flag'));
  await annotate(ann, retractionInput(annotation));
  const report = anchoringSchema.parse(JSON.parse(JSON.stringify(await anchoring(rob, { id: queueId }))));
  expect(report.shown).toMatchObject({ hits: 20, trials: 20 });
  expect(report.blind).toMatchObject({ hits: 5, trials: 20 });
  expect(report.effect?.value).toBeCloseTo(0.75, 12);
  expect(report.effect?.low).toBeGreaterThan(0.4);
  expect(report.seconds).toEqual({ shown: 1, blind: 3 });
  expect(report.byClass).toMatchObject([{ class: 'flag', blind: { trials: 20 } }]);
  expect(report.byPerson).toMatchObject([{ person: 'ann', shown: { trials: 20 } }]);
});

test('without blind answers no effect is told, and only reviewers are told', async () => {
  const { queueId } = await addQueue(2);
  const { items } = await claimItems(ann, { id: queueId, count: 1, holding: [], hold: 'ready' });
  await annotate(ann, labelInput(items[0]));
  const report = await anchoring(rob, { id: queueId });
  expect(report.effect).toBeNull();
  expect(report.blind).toEqual({ hits: 0, trials: 0, low: null, high: null });
  await expect(anchoring(ann, { id: queueId })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(anchoring(rob, { id: 999_999 })).rejects.toMatchObject({ code: 'not_found' });
});
