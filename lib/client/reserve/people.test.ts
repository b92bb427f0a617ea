import 'fake-indexeddb/auto';
import { v7 as uuidV7 } from 'uuid';
import { expect, it, onTestFinished } from 'vitest';
import { createServer } from '../label/testing/server.ts';
import { openReserveDatabase } from './database.ts';
import { enterBrowser, forgetWindows, nameOf, unansweredLeases } from './people.ts';
import { createReserve } from './reserve.ts';
import { holderAmong } from './testing/holder.ts';

const ANN = { id: 'ann', name: 'Ann' };
const BEN = { id: 'ben', name: 'Ben' };

async function openBrowser() {
  const db = await openReserveDatabase(uuidV7());
  onTestFinished(() => db.close());
  const holder = holderAmong(new Set());
  return {
    db,
    reserveOf: ({ id: author }: { id: string }, queueId = 1) =>
      createReserve(async () => db, { author, queueId }, holder),
  };
}

async function someItems(count: number) {
  const { backend } = createServer(count);
  return (await backend.claim(1, { count, holding: [], hold: 'ready' })).items;
}

it('whoever comes next finds no window of the person before, in no queue and no offline work', async () => {
  const { db, reserveOf } = await openBrowser();
  await enterBrowser(db, ANN);
  await reserveOf(ANN).add(await someItems(3), 'ready', 'hand');
  await reserveOf(ANN, 2).add(await someItems(2), 'offline', 'reserve');
  await reserveOf(ANN, 2).setOffline(true);
  await enterBrowser(db, ANN);
  expect(await unansweredLeases(db, 'ann')).toHaveLength(5);
  await enterBrowser(db, BEN);
  expect(await db.count('windows')).toBe(0);
  expect(await db.count('items')).toBe(0);
  expect(await reserveOf(ANN, 2).isOffline()).toBe(false);
});

it('remembers the names of those who used it, for whose answers wait', async () => {
  const { db } = await openBrowser();
  await enterBrowser(db, ANN);
  await enterBrowser(db, BEN);
  expect(await nameOf(db, 'ann')).toBe('Ann');
  expect(await nameOf(db, 'somebody')).toBeNull();
});

it('forgets one person’s windows only', async () => {
  const { db, reserveOf } = await openBrowser();
  await reserveOf(ANN).add(await someItems(3), 'ready', 'hand');
  await reserveOf(BEN).add(await someItems(2), 'ready', 'hand');
  await forgetWindows(db, 'ann');
  expect(await unansweredLeases(db, 'ann')).toEqual([]);
  expect(await unansweredLeases(db, 'ben')).toHaveLength(2);
});

it('gives no window back whose answer waits', async () => {
  const { db, reserveOf } = await openBrowser();
  const [answered, ...others] = await someItems(3);
  await reserveOf(ANN).add([answered, ...others], 'ready', 'hand');
  await reserveOf(ANN).answered(answered.windowId, uuidV7());
  expect(await unansweredLeases(db, 'ann')).toEqual(others.map(({ leaseId }) => leaseId));
});
