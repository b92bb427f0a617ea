import 'fake-indexeddb/auto';
import { v7 as uuidV7 } from 'uuid';
import { onTestFinished } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { createOutbox, type OutboxSnapshot } from '../../outbox/outbox.ts';
import { openOutboxStore } from '../../outbox/store.ts';
import { openReserveDatabase } from '../../reserve/database.ts';
import { createReserve } from '../../reserve/reserve.ts';
import { holderAmong } from '../../reserve/testing/holder.ts';
import { createLabelStore } from '../label-store.ts';
import { type LabelServer, START } from './server.ts';

/** What the pages of one browser share. */
export function createBrowser() {
  const present = new Set<string>();
  const name = uuidV7();
  return {
    outbox: `${name}-outbox`,
    reserve: `${name}-reserve`,
    holder: () => holderAmong(present),
  };
}
export type Browser = ReturnType<typeof createBrowser>;

/** A page: its own store over the browser's outbox and reserve. */
export async function openPage(
  server: LabelServer,
  browser: Browser = createBrowser(),
  { author = 'ann', queueId = 1, at = START } = {},
) {
  let kept: OutboxSnapshot = { waiting: [], refused: [], connection: 'online' };
  const idb = await openOutboxStore(browser.outbox);
  const reserveDb = openReserveDatabase(browser.reserve);
  const holder = browser.holder();
  let now = at;
  const outbox = createOutbox({
    author,
    store: idb,
    oneTab: (work) => work(async () => true),
    deliver: server.deliver,
    isAuthorSignedIn: async () => true,
    onChange(next) {
      kept = next;
    },
    onDelivered: (delivered) => store.getState().delivered(delivered),
    later: () => () => undefined,
    random: () => 0.5,
  });
  const reserve = createReserve(() => reserveDb, { author, queueId }, holder);
  const store = createLabelStore({
    author,
    queueId,
    backend: server.backend,
    reserve,
    put: outbox.put,
    waiting: () => kept.waiting,
    tellTabs: () => undefined,
    now: () => now++,
    newId: uuidV7,
  });
  await outbox.look();
  await store.getState().start();
  /** The tab is killed: nothing of it runs any more, and nobody was told. */
  const die = async () => {
    holder.die();
    await outbox.stop();
    store.setState({ left: true });
  };
  onTestFinished(async () => {
    await die();
    idb.close();
    (await reserveDb).close();
  });
  return {
    get: store.getState,
    windowInView: () => store.getState().current?.item.windowId,
    /** Everything kept has gone out, or failed to. */
    settled: () => outbox.wake(),
    outbox: () => kept,
    browser,
    reserve,
    die,
    inHand: () => {
      const { current, ready } = store.getState();
      return [...(current ? [current] : []), ...ready].map(({ item }) => item.windowId);
    },
    async answer(...labels: ClassId[]) {
      for (const label of labels) {
        // Nobody answers a window that is not there yet.
        if (store.getState().current === null) await store.getState().refill();
        await store.getState().answer(label);
      }
    },
  };
}
