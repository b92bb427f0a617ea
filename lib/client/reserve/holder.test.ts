import 'fake-indexeddb/auto';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { openReserveDatabase } from './database.ts';
import { createHolder } from './holder.ts';

afterEach(() => void vi.useRealTimers());

/** Pages of one browser, without Web Locks. */
function openBrowser() {
  const db = openReserveDatabase(uuidV7());
  onTestFinished(async () => (await db).close());
  return () => {
    const page = new EventTarget();
    const holder = createHolder(() => db, undefined, page);
    onTestFinished(() => holder.leave());
    return { holder, page };
  };
}

it('is there for all pages from its arrival until it leaves, each time as someone new', async () => {
  const openPage = openBrowser();
  const [ann, ben] = [openPage().holder, openPage().holder];
  await ann.arrive();
  await ben.arrive();
  expect(await ann.present()).toEqual(new Set([ann.id, ben.id]));
  const before = ben.id;
  await ben.leave();
  expect(await ann.present()).toEqual(new Set([ann.id]));
  await ben.arrive();
  expect(ben.id).not.toBe(before);
  expect(await ann.present()).toEqual(new Set([ann.id, ben.id]));
});

it('is gone when its page goes away', async () => {
  const openPage = openBrowser();
  const { holder, page } = openPage();
  const other = openPage().holder;
  await holder.arrive();
  await other.arrive();
  page.dispatchEvent(new Event('pagehide'));
  await expect.poll(() => other.present()).toEqual(new Set([other.id]));
});

it('is taken for dead where it was silent for longer than a tab in the background is', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  const openPage = openBrowser();
  const { holder } = openPage();
  await holder.arrive();
  vi.advanceTimersByTime(60_000);
  await expect.poll(() => holder.present()).toEqual(new Set([holder.id]));
  vi.setSystemTime(Date.now() + 91_000);
  expect(await holder.present()).toEqual(new Set());
});
