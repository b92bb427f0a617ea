import { describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { OFFLINE_DEPTH } from './reserve-slice.ts';
import { createBrowser, openPage } from './testing/page.ts';
import { createServer, HOUR, type LabelServer, START } from './testing/server.ts';

const flags = (count: number) => new Array<ClassId>(count).fill('flag');
const windowsOf = (server: LabelServer) => server.items.map(({ windowId }) => windowId);
const answered = (server: LabelServer) => server.standing().map(({ windowId }) => windowId);
const held = (server: LabelServer, hold: string) =>
  [...server.leases.values()].filter((lease) => lease.hold === hold).length;

describe('the reserve', () => {
  it('stands behind the windows in hand, fifty deep, held so that others may have it', async () => {
    const server = createServer(200);
    const page = await openPage(server);
    expect(page.get().inReserve).toBe(50);
    expect(held(server, 'reserve')).toBe(50);
    expect(held(server, 'ready')).toBe(page.inHand().length);
  });

  it('comes into hand in the order of the queue, and what comes is no longer anyone else’s', async () => {
    const server = createServer(200);
    const page = await openPage(server);
    await page.answer(...flags(60));
    await page.settled();
    await page.get().refill();
    expect(answered(server)).toEqual(windowsOf(server).slice(0, 60));
    expect(page.inHand()).toEqual(windowsOf(server).slice(60, 60 + page.inHand().length));
    await expect.poll(() => held(server, 'ready')).toBe(page.inHand().length);
    expect(page.get().inReserve).toBeGreaterThan(50 - 8);
  });

  it('carries on without the server, window by window', async () => {
    const server = createServer(200);
    const page = await openPage(server);
    server.online = false;
    const here = page.inHand().length + 50;
    await page.answer(...flags(here));
    await expect.poll(() => page.get().phase).toBe('offline-empty');
    server.online = true;
    await page.settled();
    expect(answered(server)).toEqual(windowsOf(server).slice(0, here));
  });

  it('lets windows go that others took, before they come into view', async () => {
    const server = createServer(200);
    const page = await openPage(server);
    const taken = (await page.reserve.free()).slice(0, 10).map(({ windowId }) => windowId);
    server.giveToOthers(taken);
    await page.get().renew(false);
    const kept = (await page.reserve.list()).map(({ windowId }) => windowId);
    expect(kept.filter((windowId) => taken.includes(windowId))).toEqual([]);
    expect(page.get().inReserve).toBe(50);
    await page.answer(...flags(100));
    await page.settled();
    expect(answered(server)).toEqual(windowsOf(server).slice(0, 100));
  });

  it('is nobody else’s: another person on this browser sees none of it', async () => {
    const server = createServer(200);
    const browser = createBrowser();
    const ann = await openPage(server, browser);
    const hers = new Set((await ann.reserve.list()).map(({ windowId }) => windowId));
    await ann.die();
    server.online = false;
    const ben = await openPage(server, browser, { author: 'ben' });
    expect(ben.get().phase).toBe('offline-empty');
    expect(hers.size).toBeGreaterThan(50);
    expect(await ben.reserve.list()).toEqual([]);
  });
});

describe('a tab that was killed', () => {
  it('is gone on from without the server: the same window in view, and none answered twice', async () => {
    const server = createServer(200);
    const before = await openPage(server);
    server.online = false;
    await before.answer(...flags(10));
    const inView = before.windowInView();
    await before.die();
    const page = await openPage(server, before.browser);
    expect(page.windowInView()).toBe(inView);
    expect(page.get().answers).toHaveLength(10);
    await page.answer(...flags(30));
    server.online = true;
    await page.settled();
    expect(answered(server)).toEqual(windowsOf(server).slice(0, 40));
  });

  it('can be undone without the server as far as answers wait', async () => {
    const server = createServer(200);
    const before = await openPage(server);
    await before.answer('wedge');
    await before.settled();
    server.online = false;
    await before.answer('flag', 'none');
    await before.die();
    const page = await openPage(server, before.browser);
    const inView = page.windowInView();
    await page.get().undo();
    await page.get().undo();
    expect(page.windowInView()).toBe(server.items[1].windowId);
    await page.answer('blowoff', 'wick_exhaustion');
    expect(page.windowInView()).toBe(inView);
    server.online = true;
    await page.settled();
    expect(
      server.standing().map(({ kind, ...a }) => (kind === 'label' && 'label' in a ? a.label : kind)),
    ).toEqual(['wedge', 'blowoff', 'wick_exhaustion']);
  });

  it('after two undos shows what was in view, and what follows in its order, also where the server took only one', async () => {
    const server = createServer(200);
    let breaks = false;
    const breaking: LabelServer = {
      ...server,
      async deliver(entry) {
        const delivered = await server.deliver(entry);
        if (breaks) server.online = false;
        return delivered;
      },
    };
    const before = await openPage(breaking);
    await before.answer('flag', 'wedge', 'none');
    await before.settled();
    server.online = false;
    await before.get().undo();
    await before.get().undo();
    server.online = breaks = true;
    await before.settled();
    const inHand = before.inHand();
    expect(inHand.slice(0, 3)).toEqual(windowsOf(server).slice(1, 4));
    await before.die();
    const page = await openPage(breaking, before.browser);
    expect(page.outbox().waiting).toHaveLength(1);
    expect(page.inHand().slice(0, 3)).toEqual(inHand.slice(0, 3));
  });

  it('between keeping an answer and noting it shows the window no more', async () => {
    const server = createServer(200);
    const before = await openPage(server);
    server.online = false;
    const [first] = before.inHand();
    await before.answer('flag');
    await before.die();
    // As it was before the answer was noted.
    const item = await before.reserve.windowOf(first, before.get().answers[0].id);
    await before.reserve.addFirst(item!);
    const page = await openPage(server, before.browser);
    expect(page.inHand()).not.toContain(first);
    expect(page.windowInView()).toBe(server.items[1].windowId);
  });

  it('with leases that ran out meanwhile has the server asked first, and shows what it has where it cannot be', async () => {
    const server = createServer(200);
    const before = await openPage(server);
    const [first] = before.inHand();
    await before.die();
    const later = { at: START + 2 * HOUR };
    server.online = false;
    const away = await openPage(server, before.browser, later);
    expect(away.windowInView()).toBe(first);
    await away.die();
    server.online = true;
    server.giveToOthers(windowsOf(server).slice(0, 2));
    const page = await openPage(server, before.browser, later);
    expect(page.windowInView()).toBe(server.items[0].windowId);
    expect(page.get().notice).toBeNull();
  });
});

describe('two tabs', () => {
  it('never have the same window, and together answer every one once', async () => {
    const server = createServer(120);
    const browser = createBrowser();
    const tabs = await Promise.all([openPage(server, browser), openPage(server, browser)]);
    for (let i = 0; i < 200 && tabs.some(({ get }) => get().current !== null); i++) {
      const [a, b] = tabs.map((tab) => tab.inHand());
      expect(a.filter((windowId) => b.includes(windowId))).toEqual([]);
      await Promise.all(tabs.map((tab) => tab.answer('flag')));
      if (tabs.some(({ get }) => get().current === null))
        await Promise.all(tabs.map(({ get }) => get().refill()));
    }
    await Promise.all(tabs.map((tab) => tab.settled()));
    expect(server.answers.size).toBe(120);
    expect(new Set(answered(server))).toEqual(new Set(windowsOf(server)));
  });

  it('leave to each other what they had in hand', async () => {
    const server = createServer(100);
    const browser = createBrowser();
    const first = await openPage(server, browser);
    const hers = first.inHand();
    const second = await openPage(server, browser);
    expect(second.inHand().filter((windowId) => hers.includes(windowId))).toEqual([]);
    await first.get().leave();
    await second.answer(...flags(90));
    await second.settled();
    for (const windowId of hers) expect(answered(server)).toContain(windowId);
  });
});

describe('working offline', () => {
  it('holds 250 windows for half a day, those in hand among them, and says until when', async () => {
    const server = createServer(400);
    const page = await openPage(server);
    await page.get().workOffline(true);
    expect(page.get().offlineWork).toEqual({
      on: true,
      busy: false,
      held: OFFLINE_DEPTH,
      until: START + 12 * HOUR,
      words: null,
    });
    expect(held(server, 'offline')).toBe(OFFLINE_DEPTH);
    expect(held(server, 'ready') + held(server, 'reserve')).toBe(0);
    // A heartbeat leaves them as they are.
    await page.get().renew(false);
    expect(held(server, 'offline')).toBe(OFFLINE_DEPTH);
  });

  it('is remembered by the browser, and 200 answers later every one is there once', async () => {
    const server = createServer(500);
    const before = await openPage(server);
    await before.get().workOffline(true);
    server.online = false;
    await before.answer(...flags(120));
    await before.die();
    const page = await openPage(server, before.browser);
    expect(page.get().offlineWork).toMatchObject({ on: true, held: OFFLINE_DEPTH - 120 });
    await page.answer(...flags(80));
    server.online = true;
    await page.settled();
    expect(server.answers.size).toBe(200);
    expect(answered(server)).toEqual(windowsOf(server).slice(0, 200));
    await page.get().renew(false);
    expect(page.get().offlineWork.held).toBe(OFFLINE_DEPTH);
  });

  it('gives everything back but what is in hand when it is switched off', async () => {
    const server = createServer(400);
    const page = await openPage(server);
    await page.get().workOffline(true);
    const inHand = page.inHand();
    await page.get().workOffline(false);
    expect(page.get().offlineWork).toMatchObject({ on: false, busy: false, held: 0, words: null });
    expect(page.inHand()).toEqual(inHand);
    expect(held(server, 'offline')).toBe(0);
    expect(held(server, 'ready')).toBe(inHand.length);
    expect(page.get().inReserve).toBe(50);
  });

  it('stays on where nothing can be given back, and fills up later what was not to be had', async () => {
    const server = createServer(400);
    const page = await openPage(server);
    server.online = false;
    await page.get().workOffline(true);
    expect(page.get().offlineWork).toMatchObject({
      on: true,
      held: 0,
      words: 'The rest comes when the server can be reached.',
    });
    await page.get().workOffline(false);
    expect(page.get().offlineWork).toMatchObject({ on: true, busy: false });
    expect(page.get().offlineWork.words).toMatch(/nothing could be given back/);
    server.online = true;
    await page.get().renew(false);
    expect(page.get().offlineWork).toMatchObject({ on: true, held: OFFLINE_DEPTH, words: null });
  });

  it('holds fewer where the queue has no more', async () => {
    const server = createServer(90);
    const page = await openPage(server);
    await page.get().workOffline(true);
    expect(page.get().offlineWork).toMatchObject({ held: 90, busy: false });
  });
});
