import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { labelApi } from '@/lib/contract/label.ts';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  addPerson,
  addRuleSet,
  addSeries,
  addWindows,
  expireLeases,
  labelInput,
  type TestWindow,
} from '../testing/labelling.ts';
import { annotate, claimItems } from './label.ts';
import { fillQueues } from './order-queue.ts';
import { ensureDefaultQueue, listQueues, queueProgress } from './queue.ts';

let database: TestDatabase;
let ruleSetId: number;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  ruleSetId = await addRuleSet(1);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

beforeEach(async () => {
  await getPool().query('TRUNCATE "Queue", "Window", "Series" CASCADE');
});

/** One window of each class a hundred bars, and every second `none` a near miss. */
function mixed(count: number, from = 1_000): TestWindow[] {
  return Array.from({ length: count }, (_, i) => {
    const weakClass = CLASS_IDS[i % 5];
    const none = Math.floor(i / 5) % 2 === 0 ? 'near_miss' : 'sampled_none';
    return { bar: from + 100 * i, weakClass, kind: weakClass === 'none' ? none : 'event' };
  });
}

interface Placed {
  id: string;
  position: number;
  windowId: string;
  suggestedClass: string;
  seriesId: number;
}

async function items(queueId: number): Promise<Placed[]> {
  const { rows } = await getPool().query<Placed>(
    `SELECT i."id", i."position", i."windowId", i."suggestedClass", w."seriesId"
       FROM "QueueItem" i JOIN "Window" w ON w."id" = i."windowId"
      WHERE i."queueId" = $1 ORDER BY i."position"`,
    [queueId],
  );
  return rows;
}

test('processes that start at once make one default queue', async () => {
  const made = await Promise.all(Array.from({ length: 6 }, () => ensureDefaultQueue(OPERATOR)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const { queues } = await listQueues(OPERATOR);
  labelApi.listQueues.out.parse({ queues });
  expect(queues).toEqual([
    { id: made[0].id, name: 'Seeds round 1 · confirm', isDefault: true, remaining: 0 },
  ]);
});

test('a fill takes what the rule set keeps, once, but nothing undecided or stale', async () => {
  const { id } = await ensureDefaultQueue(OPERATOR);
  const series = await addSeries('A');
  const windows = await addWindows(series, ruleSetId, [
    ...mixed(50),
    { bar: 90_000, weakClass: 'none', kind: 'undecided' },
    { bar: 91_000, weakClass: 'flag' },
  ]);
  await getPool().query('UPDATE "Window" SET "stale" = true WHERE "id" = $1', [windows[51]]);
  const fills = await Promise.all([fillQueues(OPERATOR), fillQueues(OPERATOR)]);
  expect(fills.map(({ added }) => added).sort()).toEqual([0, 50]);
  const placed = await items(id);
  expect(new Set(placed.map(({ windowId }) => windowId))).toEqual(new Set(windows.slice(0, 50)));
  for (let from = 0; from < 50; from += 5) {
    expect(new Set(placed.slice(from, from + 5).map((item) => item.suggestedClass)).size).toBe(5);
  }
  expect(await fillQueues(OPERATOR)).toEqual({ added: 0 });
  expect(await items(id)).toEqual(placed);
});

test('before anyone works, a second series is mixed with the first; an item keeps its id', async () => {
  const { id } = await ensureDefaultQueue(OPERATOR);
  const first = await addSeries('A');
  await addWindows(first, ruleSetId, mixed(50));
  await fillQueues(OPERATOR);
  const before = new Map((await items(id)).map((item) => [item.windowId, item.id]));
  const second = await addSeries('B');
  await addWindows(second, ruleSetId, mixed(50));
  expect(await fillQueues(OPERATOR)).toEqual({ added: 50 });
  const placed = await items(id);
  expect(placed).toHaveLength(100);
  for (const { windowId, id: itemId } of placed) {
    if (before.has(windowId)) expect(itemId).toBe(before.get(windowId));
  }
  const early = placed.slice(0, 20).map(({ seriesId }) => seriesId);
  expect(early.filter((seriesId) => seriesId === first)).toHaveLength(10);
});

test('what was served stays in its place when the queue is filled again', async () => {
  const { id } = await ensureDefaultQueue(OPERATOR);
  await addWindows(await addSeries('A'), ruleSetId, mixed(100));
  await fillQueues(OPERATOR);
  const before = await items(id);
  const ann = await addPerson('ann');
  const served = (await claimItems(ann, { id, count: 10, holding: [], hold: 'ready' })).items;
  await annotate(ann, labelInput(served[0]));
  await expireLeases(ann, [served[1].leaseId]);
  await addWindows(await addSeries('B'), ruleSetId, mixed(40));
  await fillQueues(OPERATOR);
  const after = await items(id);
  expect(after).toHaveLength(140);
  expect(after.slice(0, 10)).toEqual(before.slice(0, 10));
  const next = await claimItems(ann, {
    id,
    count: 1,
    holding: served.map(({ leaseId }) => leaseId),
    hold: 'ready',
  });
  expect(next.items[0].windowId).toBe(after[10].windowId);
});

test('a restated window leaves the queue unless someone had it in hand', async () => {
  const { id } = await ensureDefaultQueue(OPERATOR);
  await addWindows(await addSeries('A'), ruleSetId, mixed(10));
  await fillQueues(OPERATOR);
  const ann = await addPerson('ann');
  const [held] = (await claimItems(ann, { id, count: 1, holding: [], hold: 'ready' })).items;
  await getPool().query('UPDATE "Window" SET "stale" = true');
  await fillQueues(OPERATOR);
  expect((await items(id)).map(({ windowId }) => windowId)).toEqual([held.windowId]);
});

test('a class that has its labels gives its turns to the others', async () => {
  const { id } = await ensureDefaultQueue(OPERATOR);
  await getPool().query(`UPDATE "Queue" SET "targets" = '{"flag": 2, "wedge": 20, "blowoff": 20}'`);
  const windows = await addWindows(
    await addSeries('A'),
    ruleSetId,
    mixed(20).map((window) => ({ ...window, weakClass: 'flag', kind: 'event' })),
  );
  await fillQueues(OPERATOR);
  const ann = await addPerson('ann');
  for (const item of (await claimItems(ann, { id, count: 2, holding: [], hold: 'ready' })).items) {
    expect(windows).toContain(item.windowId);
    await annotate(ann, labelInput(item, 'flag'));
  }
  expect((await queueProgress(ann, { id })).labelled.flag).toBe(2);
  await addWindows(await addSeries('B'), ruleSetId, mixed(200));
  await fillQueues(OPERATOR);
  const fresh = (await items(id)).slice(20, 60).map(({ suggestedClass }) => suggestedClass);
  expect(fresh.filter((c) => c === 'flag').length).toBeLessThanOrEqual(2);
  expect(fresh.filter((c) => c === 'wedge').length).toBeGreaterThanOrEqual(18);
});

test('a queue made before its rule set takes it later', async () => {
  await getPool().query('TRUNCATE "RuleSet" CASCADE');
  await ensureDefaultQueue(OPERATOR);
  expect(await fillQueues(OPERATOR)).toEqual({ added: 0 });
  ruleSetId = await addRuleSet(1);
  await addWindows(await addSeries('A'), ruleSetId, mixed(5));
  expect(await fillQueues(OPERATOR)).toEqual({ added: 5 });
});

test('only admins make and fill queues', async () => {
  const reviewer = await addPerson('rev', 'reviewer');
  await expect(ensureDefaultQueue(reviewer)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(fillQueues(reviewer)).rejects.toMatchObject({ code: 'forbidden' });
});
