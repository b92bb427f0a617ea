import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LabelItem, labelApi } from '@/lib/contract/label.ts';
import { windowHistorySchema } from '@/lib/contract/record.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addQueue, labelInput, retractionInput } from '../testing/labelling.ts';
import { annotate, claimItems } from './label.ts';
import { listQueues } from './queue.ts';
import { windowHistory } from './record.ts';

let database: TestDatabase;
let ann: Actor;
let ben: Actor;
let rob: Actor;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  [ann, ben, rob] = await Promise.all([addPerson('ann'), addPerson('ben'), addPerson('rob', 'reviewer')]);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

async function next(person: Actor, id: number, count = 1): Promise<LabelItem[]> {
  return (await claimItems(person, { id, count, holding: [], hold: 'ready' })).items;
}

async function recordOf(windowId: string) {
  return (await windowHistory(rob, { id: windowId })).records.at(-1);
}

async function reviewQueue(): Promise<number> {
  const { rows } = await getPool().query<{ id: number }>(
    `SELECT "id" FROM "Queue" WHERE "purpose" = 'review'`,
  );
  return rows[0].id;
}

/** A queue of one window that two people must agree on, labelled by both. */
async function labelledTwice(first: 'flag' | 'wedge', second: 'flag' | 'wedge') {
  const { queueId, windowIds } = await addQueue(1, 2);
  const [mine] = await next(ann, queueId);
  const [theirs] = await next(ben, queueId);
  const one = await annotate(ann, labelInput(mine, first));
  const two = await annotate(ben, labelInput(theirs, second));
  return { queueId, windowId: windowIds[0], one: one.annotation, two: two.annotation };
}

test('one of two answers leaves the record open; two that agree decide', async () => {
  const { queueId, windowIds } = await addQueue(1, 2);
  const [mine] = await next(ann, queueId);
  await annotate(ann, labelInput(mine));
  expect(await recordOf(windowIds[0])).toMatchObject({
    state: 'open',
    label: null,
    answers: 1,
    wantedAnswers: 2,
  });
  const [theirs] = await next(ben, queueId);
  await annotate(ben, labelInput(theirs));
  expect(await recordOf(windowIds[0])).toMatchObject({
    state: 'consensus',
    label: 'flag',
    answers: 2,
    agreement: 1,
  });
});

test('two at once that disagree make one conflict, which waits for a reviewer once', async () => {
  const { queueId, windowIds } = await addQueue(4, 2);
  const [mine, theirs] = await Promise.all([next(ann, queueId, 4), next(ben, queueId, 4)]);
  await Promise.all([
    ...mine.map((item) => annotate(ann, labelInput(item, 'flag'))),
    ...theirs.map((item) => annotate(ben, labelInput(item, 'wedge'))),
  ]);
  for (const windowId of windowIds)
    expect(await recordOf(windowId)).toMatchObject({ state: 'conflict', label: null });
  const waiting = await getPool().query(
    `SELECT count(*)::int AS "n" FROM "QueueItem" WHERE "queueId" = $1 AND "windowId" = ANY($2::uuid[]) AND NOT "done"`,
    [await reviewQueue(), windowIds],
  );
  expect(waiting.rows[0].n).toBe(4);
});

test('a reviewer sees what was said, decides, and may take it back; others cannot decide', async () => {
  const { windowId } = await labelledTwice('flag', 'wedge');
  const id = await reviewQueue();
  expect((await listQueues(ann)).queues.map((queue) => queue.id)).not.toContain(id);
  expect((await listQueues(rob)).queues.map((queue) => queue.id)).toContain(id);
  await expect(next(ann, id)).rejects.toMatchObject({ code: 'forbidden' });

  const items = labelApi.claimItems.out.shape.items.parse(
    JSON.parse(JSON.stringify(await next(rob, id, 50))),
  );
  const item = items.find((one) => one.windowId === windowId) as LabelItem;
  expect(item.voices?.map(({ person, label }) => [person, label])).toEqual([
    ['ann', 'flag'],
    ['ben', 'wedge'],
  ]);
  await expect(annotate(ann, labelInput(item, 'flag'))).rejects.toMatchObject({ code: 'forbidden' });

  const decided = await annotate(rob, labelInput(item, 'blowoff'));
  expect(await recordOf(windowId)).toMatchObject({
    state: 'adjudicated',
    label: 'blowoff',
    adjudicator: 'rob',
  });
  const { item: again } = await annotate(rob, retractionInput(decided.annotation));
  expect(again?.windowId).toBe(windowId);
  expect(await recordOf(windowId)).toMatchObject({ state: 'conflict', label: null });
  await annotate(rob, labelInput(again as LabelItem, 'none'));
  const { records, answers } = windowHistorySchema.parse(await windowHistory(rob, { id: windowId }));
  expect(records.map(({ state, label }) => [state, label])).toEqual([
    ['open', null],
    ['conflict', null],
    ['adjudicated', 'blowoff'],
    ['conflict', null],
    ['adjudicated', 'none'],
  ]);
  expect(answers.map(({ label, retractedAt }) => [label, retractedAt !== null])).toEqual([
    ['flag', false],
    ['wedge', false],
    ['blowoff', true],
    ['none', false],
  ]);
});

test('what a reviewer decided outlives what people say later', async () => {
  const { windowId, two } = await labelledTwice('flag', 'wedge');
  const items = await next(rob, await reviewQueue(), 50);
  await annotate(rob, labelInput(items.find((one) => one.windowId === windowId) as LabelItem, 'wedge'));
  await annotate(ben, retractionInput(two));
  expect(await recordOf(windowId)).toMatchObject({ state: 'adjudicated', label: 'wedge' });
});

test('people who come to agree take the window back from the reviewers', async () => {
  const { windowId, two } = await labelledTwice('flag', 'wedge');
  const { item } = await annotate(ben, retractionInput(two));
  expect(await recordOf(windowId)).toMatchObject({ state: 'open', answers: 1 });
  await annotate(ben, labelInput(item as LabelItem, 'flag'));
  expect(await recordOf(windowId)).toMatchObject({ state: 'consensus', label: 'flag' });
  const waiting = await next(rob, await reviewQueue(), 50);
  expect(waiting.map((one) => one.windowId)).not.toContain(windowId);
});

test('taking back the only answer leaves no label', async () => {
  const { queueId, windowIds } = await addQueue(1);
  const [item] = await next(ann, queueId);
  const { annotation } = await annotate(ann, labelInput(item));
  expect(await recordOf(windowIds[0])).toMatchObject({ state: 'consensus', label: 'flag' });
  await annotate(ann, retractionInput(annotation));
  expect(await recordOf(windowIds[0])).toMatchObject({ state: 'open', label: null, answers: 0 });
});

test('records are never changed', async () => {
  await labelledTwice('flag', 'flag');
  await expect(getPool().query(`UPDATE "LabelRecord" SET "label" = 'none'`)).rejects.toThrow('append-only');
});

test('whoever answered a later window that shares bars has seen the future of this one', async () => {
  const { queueId, windowIds } = await addQueue(2);
  const [first, second] = await next(ann, queueId, 2);
  // The second ends 63 bars after the first, so it shows what came after the first.
  await getPool().query('UPDATE "Window" SET "ts" = "ts" - 3600000 WHERE "id" = $1', [windowIds[1]]);
  await getPool().query('UPDATE "QueueItem" SET "ts" = "ts" - 3600000 WHERE "windowId" = $1', [windowIds[1]]);
  await annotate(ann, labelInput(second));
  await annotate(ann, labelInput(first));
  const [last] = (await windowHistory(rob, { id: windowIds[0] })).answers;
  expect(last.sawFuture).toBe(true);
  expect((await windowHistory(rob, { id: windowIds[1] })).answers[0].sawFuture).toBe(false);
});

test('a blind item comes without anything that rules say, and its answer says it was blind', async () => {
  const { queueId, windowIds } = await addQueue(2);
  await getPool().query('UPDATE "QueueItem" SET "blind" = true WHERE "queueId" = $1 AND "position" = 0', [
    queueId,
  ]);
  await getPool().query(
    `UPDATE "WeakLabel" SET "poleKatr" = 7.25, "direction" = -1 WHERE "windowId" = ANY($1::uuid[])`,
    [windowIds],
  );
  const answer = await claimItems(ann, { id: queueId, count: 2, holding: [], hold: 'ready' });
  const [blind, shown] = labelApi.claimItems.out.parse(JSON.parse(JSON.stringify(answer))).items;
  expect(shown.suggestion).toMatchObject({ class: 'flag', poleKatr: 7.25 });
  expect(blind.suggestion).toBeNull();
  // Nothing but the chart and where it is from.
  expect(Object.keys(blind).sort()).toEqual([
    'itemId',
    'leaseExpiresAt',
    'leaseId',
    'series',
    'snapshot',
    'suggestion',
    'ts',
    'voices',
    'windowId',
  ]);
  expect(JSON.stringify(blind)).not.toMatch(/flag|7\.25|votes|pole/);
  const { annotation } = await annotate(ann, labelInput(blind, 'wedge'));
  expect(annotation.suggestedClass).toBeNull();
  const { answers } = await windowHistory(rob, { id: blind.windowId });
  expect(answers[0].blind).toBe(true);
});
