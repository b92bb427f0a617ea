import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelApi } from '@/lib/contract/label.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addQueue, expireLeases, labelInput, skipInput } from '../testing/labelling.ts';
import { annotate, claimItems, releaseLeases, renewLeases } from './label.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

const claim = (person: Parameters<typeof claimItems>[0], id: number, count: number, holding: string[] = []) =>
  claimItems(person, { id, count, holding });

test('20 people at once are never served the same window, and together are served all 500', async () => {
  const { queueId, windowIds } = await addQueue(500);
  const people = await Promise.all(Array.from({ length: 20 }, (_, i) => addPerson(`p${i}`)));
  const served = await Promise.all(
    people.map(async (person) => {
      const mine: string[] = [];
      const holding: string[] = [];
      for (;;) {
        const { items } = await claim(person, queueId, 3, holding);
        if (items.length === 0) return mine;
        for (const item of items) {
          mine.push(item.windowId);
          holding.push(item.leaseId);
        }
      }
    }),
  );
  const all = served.flat();
  expect(all).toHaveLength(500);
  expect(new Set(all)).toEqual(new Set(windowIds));
});

test('an overlap of 2 puts every window into exactly two different hands', async () => {
  const { queueId } = await addQueue(60, 2);
  const people = await Promise.all(Array.from({ length: 8 }, (_, i) => addPerson(`o${i}`)));
  const served = await Promise.all(
    people.map(async (person) => {
      const holding: string[] = [];
      const mine: string[] = [];
      for (;;) {
        const { items } = await claim(person, queueId, 2, holding);
        if (items.length === 0) return mine;
        holding.push(...items.map(({ leaseId }) => leaseId));
        mine.push(...items.map(({ windowId }) => windowId));
      }
    }),
  );
  const hands = new Map<string, number>();
  for (const mine of served) {
    expect(new Set(mine).size).toBe(mine.length);
    for (const id of mine) hands.set(id, (hands.get(id) ?? 0) + 1);
  }
  expect(hands.size).toBe(60);
  expect(new Set(hands.values())).toEqual(new Set([2]));
});

test('windows come in the order of the queue, and on from where the person was', async () => {
  const { queueId, windowIds } = await addQueue(6);
  const person = await addPerson('ann');
  const first = await claim(person, queueId, 2);
  const second = await claim(
    person,
    queueId,
    3,
    first.items.map(({ leaseId }) => leaseId),
  );
  expect([...first.items, ...second.items].map(({ windowId }) => windowId)).toEqual(windowIds.slice(0, 5));
  expect(second.held).toEqual(first.items.map(({ leaseId }) => leaseId));
});

test('an ended lease lets the window go to someone else, also behind their cursor', async () => {
  const { queueId, windowIds } = await addQueue(4);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  await claim(ann, queueId, 2);
  const bens = await claim(ben, queueId, 4);
  expect(bens.items.map(({ windowId }) => windowId)).toEqual(windowIds.slice(2));
  await expireLeases(ann);
  const back = await claim(
    ben,
    queueId,
    4,
    bens.items.map(({ leaseId }) => leaseId),
  );
  expect(back.items.map(({ windowId }) => windowId)).toEqual(windowIds.slice(0, 2));
});

test('a reloaded page gets the windows back that its person still holds, under the same leases', async () => {
  const { queueId } = await addQueue(6);
  const ann = await addPerson('ann');
  const before = await claim(ann, queueId, 3);
  const after = await claim(ann, queueId, 3);
  expect(after.items.map(({ leaseId }) => leaseId)).toEqual(before.items.map(({ leaseId }) => leaseId));
});

test('who slept past their leases gets the same windows again unless others took them', async () => {
  const { queueId, windowIds } = await addQueue(10);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const held = (await claim(ann, queueId, 3)).items.map(({ leaseId }) => leaseId);
  await expireLeases(ann);
  expect((await claim(ben, queueId, 1)).items[0].windowId).toBe(windowIds[0]);
  const awake = await claim(ann, queueId, 2, held);
  // Naming ended leases does not hold them.
  expect(awake.held).toEqual([]);
  const again = await claim(
    ann,
    queueId,
    2,
    awake.items.map(({ leaseId }) => leaseId),
  );
  const got = [...awake.items, ...again.items].map(({ windowId }) => windowId);
  expect(got).toContain(windowIds[1]);
  expect(got).toContain(windowIds[2]);
  expect(got).not.toContain(windowIds[0]);
});

test('released windows are free at once and met again by the person who released them', async () => {
  const { queueId, windowIds } = await addQueue(6);
  const ann = await addPerson('ann');
  const { items } = await claim(ann, queueId, 3);
  await releaseLeases(ann, { leaseIds: items.map(({ leaseId }) => leaseId) });
  const again = await claim(ann, queueId, 3);
  expect(again.items.map(({ windowId }) => windowId)).toEqual(windowIds.slice(0, 3));
});

test('nobody can prolong or end the leases of another person', async () => {
  const { queueId } = await addQueue(3);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const held = (await claim(ann, queueId, 3)).items.map(({ leaseId }) => leaseId);
  expect((await renewLeases(ben, { leaseIds: held })).held).toEqual([]);
  await releaseLeases(ben, { leaseIds: held });
  expect((await claim(ben, queueId, 3, held)).held).toEqual([]);
  const renewed = await renewLeases(ann, { leaseIds: held });
  expect(new Set(renewed.held)).toEqual(new Set(held));
});

test('a heartbeat prolongs living leases and does not bring an ended one back', async () => {
  const { queueId } = await addQueue(2);
  const ann = await addPerson('ann');
  const [first, second] = (await claim(ann, queueId, 2)).items;
  await expireLeases(ann, [first.leaseId]);
  const { held, expiresAt } = await renewLeases(ann, { leaseIds: [first.leaseId, second.leaseId] });
  expect(held).toEqual([second.leaseId]);
  expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(Date.parse(second.leaseExpiresAt));
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(60_000);
});

test('an answered window never comes back to its person, a skipped one only to others', async () => {
  const { queueId, windowIds } = await addQueue(3, 2);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const [first, second, third] = (await claim(ann, queueId, 3)).items;
  await annotate(ann, labelInput(first));
  await annotate(ann, skipInput(second));
  const more = await claim(ann, queueId, 3, [third.leaseId]);
  expect(more.items).toEqual([]);
  expect(more.empty).toContain('answered or skipped');
  expect((await claim(ben, queueId, 3)).items.map(({ windowId }) => windowId)).toEqual(windowIds);
});

test('an empty queue says why', async () => {
  const ann = await addPerson('ann');
  const none = await addQueue(0);
  expect((await claim(ann, none.queueId, 1)).empty).toContain('scan a series');
  const one = await addQueue(1);
  const [item] = (await claim(ann, one.queueId, 1)).items;
  await annotate(ann, labelInput(item));
  expect((await claim(ann, one.queueId, 1)).empty).toContain('has its answers');
  await getPool().query('UPDATE "Queue" SET "paused" = true WHERE "id" = $1', [one.queueId]);
  expect((await claim(ann, one.queueId, 1)).empty).toContain('paused');
  await expect(claim(ann, 999_999, 1)).rejects.toMatchObject({ code: 'not_found' });
});

test('the answer fits the contract and its JSON holds no bar after t', async () => {
  const { queueId } = await addQueue(5);
  const answer = await claim(await addPerson('ann'), queueId, 5);
  const sent = labelApi.claimItems.out.parse(JSON.parse(JSON.stringify(answer)));
  expect(sent.items).toHaveLength(5);
  for (const { ts, snapshot, series } of sent.items) {
    const { bars } = snapshot;
    expect(series.timeframe).toBe('1h');
    expect(bars.ts.at(-1)).toBe(ts);
    expect(Math.max(...bars.ts)).toBe(ts);
    expect(bars.ts.length).toBeGreaterThanOrEqual(WINDOW_BARS);
    for (const column of Object.values(bars)) expect(column).toHaveLength(bars.ts.length);
    expect(bars.takerBuyVolume[0]).toBeNull();
  }
});

test('a snapshot that goes past t is refused rather than shown', async () => {
  const { queueId } = await addQueue(1);
  await getPool().query(
    `UPDATE "Window" SET "ts" = "ts" - 3600000
      WHERE "id" = (SELECT "windowId" FROM "QueueItem" WHERE "queueId" = $1)`,
    [queueId],
  );
  await expect(claim(await addPerson('ann'), queueId, 1)).rejects.toThrow('not at its own bar');
});

test('the command line has no hands for windows', async () => {
  const { queueId } = await addQueue(1);
  await expect(claim(OPERATOR, queueId, 1)).rejects.toMatchObject({ code: 'forbidden' });
});
