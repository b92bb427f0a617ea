import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hold, labelApi } from '@/lib/contract/label.ts';
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

const claim = (
  person: Parameters<typeof claimItems>[0],
  id: number,
  count: number,
  holding: string[] = [],
  hold: Hold = 'ready',
) => claimItems(person, { id, count, holding, hold });

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

test('who gives windows back unseen meets each of them again, also under a later one that shares its bars', async () => {
  const { queueId, windowIds } = await queueOfBars([1_000, 1_030, 1_060]);
  const ann = await addPerson('ann');
  const { items } = await claim(ann, queueId, 3);
  await releaseLeases(ann, { leaseIds: items.map(({ leaseId }) => leaseId) });
  const again = await claim(ann, queueId, 3);
  expect(again.items.map(({ windowId }) => windowId)).toEqual(windowIds);
});

test('nobody can prolong or end the leases of another person', async () => {
  const { queueId } = await addQueue(3);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const held = (await claim(ann, queueId, 3)).items.map(({ leaseId }) => leaseId);
  expect((await renewLeases(ben, { leaseIds: held, ready: [] })).held).toEqual([]);
  await releaseLeases(ben, { leaseIds: held });
  expect((await claim(ben, queueId, 3, held)).held).toEqual([]);
  const renewed = await renewLeases(ann, { leaseIds: held, ready: [] });
  expect(new Set(renewed.held)).toEqual(new Set(held));
});

test('a heartbeat prolongs living leases and does not bring an ended one back', async () => {
  const { queueId } = await addQueue(2);
  const ann = await addPerson('ann');
  const [first, second] = (await claim(ann, queueId, 2)).items;
  await expireLeases(ann, [first.leaseId]);
  const { held, expiresAt } = await renewLeases(ann, {
    leaseIds: [first.leaseId, second.leaseId],
    ready: [],
  });
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

/** The queue's windows at these bars of its series, in this order. */
async function queueOfBars(bars: readonly number[]): Promise<{ queueId: number; windowIds: string[] }> {
  const queue = await addQueue(bars.length);
  await getPool().query(
    `UPDATE "QueueItem" i SET "ts" = n.bar * 3600000.0, "clearFrom" = (n.bar + $3) * 3600000.0
       FROM unnest($2::int[]) WITH ORDINALITY AS n(bar, place)
      WHERE i."queueId" = $1 AND i."position" = n.place - 1`,
    [queue.queueId, bars, WINDOW_BARS],
  );
  return queue;
}

test('nobody gets a window after a later one that shares bars with it; someone else does', async () => {
  // The second lies under the first, the third touches it, the fourth comes later, the fifth lies under the fourth.
  const { queueId, windowIds } = await queueOfBars([1_063, 1_000, 999, 1_070, 1_030]);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const all = await claim(ann, queueId, 5);
  expect(all.items.map(({ windowId }) => windowId)).toEqual([0, 2, 3].map((i) => windowIds[i]));
  expect(all.empty).toContain('left for you');
  const leases = all.items.map(({ leaseId }) => leaseId);
  expect((await claim(ann, queueId, 5, leases)).empty).toContain(
    '2 not for you any more, since you have seen what came after them',
  );
  const others = await claim(ben, queueId, 5);
  expect(others.items.map(({ windowId }) => windowId)).toEqual([1, 4].map((i) => windowIds[i]));
});

test('tabs of one person that claim at once keep to the order of time', async () => {
  const bars = Array.from({ length: 60 }, (_, i) => 1_000 + ((i * 37) % 60));
  const { queueId, windowIds } = await queueOfBars(bars);
  const ann = await addPerson('ann');
  const tabs = await Promise.all(Array.from({ length: 6 }, () => claim(ann, queueId, 10)));
  const served = new Set(tabs.flatMap(({ items }) => items.map(({ windowId }) => windowId)));
  // All of them overlap: in the order of the queue, which is the order of serving, time only goes forward.
  const inOrder = windowIds.flatMap((id, i) => (served.has(id) ? [bars[i]] : []));
  expect(inOrder.length).toBeGreaterThan(1);
  expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
});

test('what is held in reserve goes to whoever would have nothing else to do, and only then', async () => {
  const { queueId, windowIds } = await addQueue(6);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const ready = await claim(ann, queueId, 1);
  const reserve = await claim(ann, queueId, 3, [ready.items[0].leaseId], 'offline');
  expect(reserve.items.map(({ windowId }) => windowId)).toEqual(windowIds.slice(1, 4));
  const free = await claim(ben, queueId, 2);
  expect(free.items.map(({ windowId }) => windowId)).toEqual(windowIds.slice(4));
  const more = await claim(
    ben,
    queueId,
    3,
    free.items.map(({ leaseId }) => leaseId),
  );
  expect(more.items.map(({ windowId }) => windowId)).toEqual(windowIds.slice(1, 4));
  const held = [...ready.items, ...reserve.items].map(({ leaseId }) => leaseId);
  expect((await renewLeases(ann, { leaseIds: held, ready: [] })).held).toEqual([ready.items[0].leaseId]);
});

test('a window taken out of the reserve is nobody else’s', async () => {
  const { queueId } = await addQueue(2);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const leases = (await claim(ann, queueId, 2, [], 'reserve')).items.map(({ leaseId }) => leaseId);
  await renewLeases(ann, { leaseIds: leases, ready: leases.slice(0, 1) });
  const taken = await claim(ben, queueId, 2);
  expect(taken.items).toHaveLength(1);
  expect((await renewLeases(ann, { leaseIds: leases, ready: [] })).held).toEqual(leases.slice(0, 1));
});

test('leases to work offline outlive the heartbeat that does not come', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = (await claim(ann, queueId, 1, [], 'offline')).items;
  const hours = () => (Date.parse(item.leaseExpiresAt) - Date.now()) / 3_600_000;
  expect(hours()).toBeGreaterThan(11);
  const heartbeat = await renewLeases(ann, { leaseIds: [item.leaseId], ready: [] });
  expect(Date.parse(heartbeat.expiresAt)).toBeLessThan(Date.parse(item.leaseExpiresAt));
  const untilWith = async (ready: string[]) => {
    await renewLeases(ann, { leaseIds: [item.leaseId], ready });
    const { rows } = await getPool().query<{ left: number }>(
      `SELECT extract(epoch FROM "expiresAt" - now() AT TIME ZONE 'UTC')::float8 AS "left" FROM "Lease" WHERE "id" = $1`,
      [item.leaseId],
    );
    return rows[0].left / 3600;
  };
  expect(await untilWith([])).toBeGreaterThan(11);
  // Once it comes into view it is held as any other, so that a page that is closed does not keep it for half a day.
  expect(await untilWith([item.leaseId])).toBeLessThan(1);
});

test('an empty queue says why', async () => {
  const ann = await addPerson('ann');
  const none = await addQueue(0);
  expect((await claim(ann, none.queueId, 1)).empty).toContain('Nobody has put windows');
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
