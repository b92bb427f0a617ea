import 'fake-indexeddb/auto';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Share } from '@/lib/contract/gold.ts';
import type { PageInput } from '@/lib/contract/grid.ts';
import type { LabelItem, QueueProgress } from '@/lib/contract/label.ts';
import { ApiError, OfflineError } from '../api.ts';
import { type Delivered, type OutboxEntry, pageAnswers } from '../outbox/entry.ts';
import { createOutbox, type OutboxSnapshot } from '../outbox/outbox.ts';
import { openOutboxStore } from '../outbox/store.ts';
import { labelItem } from './fixtures/label-item.ts';
import type { GridBackend } from './grid-backend.ts';
import { cutPages } from './grid-page.ts';
import { createGridStore, type Exception, GRID_SIZES, summaryOf } from './grid-store.ts';
import { createGridWork } from './grid-work.ts';
import { createPageMemory } from './page-memory.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const perClass = (n: number): QueueProgress['targets'] => ({
  flag: n,
  wedge: n,
  blowoff: n,
  wick_exhaustion: n,
  none: n,
});
const NO_RATE: Share = { hits: 0, trials: 0, low: null, high: null };

/** The server's rules that matter here, in memory: lanes, leases, pages by id, retractions that lease back. */
function createServer(windows: Partial<Record<ClassId, number>>) {
  let lastItem = 0;
  const items = CLASS_IDS.flatMap((lane) =>
    Array.from({ length: windows[lane] ?? 0 }, () => ({
      itemId: String(++lastItem),
      windowId: uuidV7(),
      lane,
    })),
  );
  const leases = new Map<string, string>();
  const pages = new Map<string, PageInput>();
  const takenBack = new Set<string>();
  const order: string[] = [];
  const standing = () =>
    [...pages.values()].filter(({ id }) => !takenBack.has(id)).flatMap((page) => pageAnswers(page));

  function lease(itemId: string): LabelItem {
    const leaseId = uuidV7();
    leases.set(leaseId, itemId);
    const found = items.find((one) => one.itemId === itemId);
    if (!found) throw new Error(`no item ${itemId}`);
    return labelItem({ itemId, windowId: found.windowId, leaseId }, found.lane);
  }
  function endLeases(itemIds: readonly (string | null)[]): void {
    for (const [leaseId, itemId] of leases) if (itemIds.includes(itemId)) leases.delete(leaseId);
  }
  function reach(): void {
    if (!server.online) throw new OfflineError('away');
  }

  const server = {
    items,
    leases,
    pages,
    order,
    standing,
    online: true,
    /** What happens instead of an answer. */
    trouble: (_entry: OutboxEntry): Error | null => null,
    receipt: { catchRate: NO_RATE, returned: [] as string[] },
    /** Windows that others take as soon as a page is taken back. */
    takenByOthers: new Set<string>(),
    claims: [] as { suggested: ClassId; size: number; holding: readonly string[] }[],
    /** Claims wait for it. */
    slow: Promise.resolve(),
    /** Receipts wait for it. */
    slowReceipt: Promise.resolve(),

    async deliver(entry: OutboxEntry): Promise<Delivered> {
      reach();
      const trouble = server.trouble(entry);
      if (trouble) throw trouble;
      if (entry.kind === 'page') {
        pages.set(entry.input.id, entry.input);
        order.push(`page ${entry.input.id}`);
        endLeases(entry.input.answers.map(({ itemId }) => itemId));
        return { ...entry, receipt: server.receipt };
      }
      if (entry.kind !== 'pageRetraction') throw new Error(`a ${entry.kind} has no place here`);
      takenBack.add(entry.retracts.id);
      order.push(`back ${entry.retracts.id}`);
      const again = entry.retracts.answers.filter(({ windowId }) => !server.takenByOthers.has(windowId));
      const items = again.map(({ itemId }) => lease(itemId ?? ''));
      await server.slowReceipt;
      return { ...entry, receipt: { items } };
    },
    backend: {
      async claimPage(_queue, asked) {
        reach();
        server.claims.push(asked);
        await server.slow;
        const held = asked.holding.filter((leaseId) => leases.has(leaseId));
        const taken = new Set([
          ...standing().map(({ itemId }) => itemId),
          ...held.map((leaseId) => leases.get(leaseId)),
        ]);
        const next = items
          .filter(({ itemId, lane }) => lane === asked.suggested && !taken.has(itemId))
          .slice(0, asked.size);
        return {
          items: next.map(({ itemId }) => lease(itemId)),
          held,
          empty: next.length < asked.size ? 'Every window of this queue has its answers.' : null,
          catchRate: { hits: 3, trials: 4, low: 0.3, high: 0.95 },
        };
      },
      async renew(ids) {
        reach();
        return { held: ids.filter((id) => leases.has(id)), expiresAt: '2026-01-01T00:06:00.000Z' };
      },
      async release(ids) {
        reach();
        for (const id of ids) leases.delete(id);
      },
      async progress(queueId): Promise<QueueProgress> {
        reach();
        const labelled = perClass(0);
        for (const answer of standing()) if (answer.kind === 'label') labelled[answer.label]++;
        return {
          queueId,
          name: 'Seeds',
          targets: perClass(2000),
          labelled,
          remaining: items.length - standing().length,
          total: items.length,
          mine: { answers: 0, perMinute: null },
        };
      },
    } satisfies GridBackend,
  };
  return server;
}

/** What a tab keeps over a reload. */
function createTab() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  } as Storage;
  return { database: uuidV7(), storage };
}

/** A page of the browser: its own store over the tab's outbox and memory. */
async function openPage(server: ReturnType<typeof createServer>, tab = createTab()) {
  let kept: OutboxSnapshot = { waiting: [], refused: [], connection: 'online' };
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const idb = await openOutboxStore(tab.database);
  const outbox = createOutbox({
    author: 'ann',
    store: idb,
    oneTab: (work) => work(async () => true),
    deliver: server.deliver,
    isAuthorSignedIn: async () => true,
    onChange(next) {
      kept = next;
      work.getState().refused(next.refused);
    },
    onDelivered: (entry) => work.getState().delivered(entry),
    later: () => () => undefined,
    random: () => 0.5,
  });
  const grid = createGridStore(GRID_SIZES[0]);
  const work = createGridWork({
    author: 'ann',
    queueId: 1,
    suggested: 'flag',
    backend: server.backend,
    memory: createPageMemory(tab.storage, 'ann', 1),
    grid,
    put: outbox.put,
    waiting: () => kept.waiting,
    keptElsewhere: async () => [],
    now: () => (now += 1000),
    newId: uuidV7,
  });
  const get = work.getState;
  await outbox.look();
  await get().start();
  const close = async () => {
    await outbox.stop();
    idb.close();
  };
  closers.push(close);
  const pages = () => cutPages(get().items, get().suggested, grid.getState().size.windows);
  /** As the view does: a page opens when it comes into view. */
  const view = () => {
    const [page] = pages();
    const windows = page?.items.map(({ item }) => item.windowId) ?? [];
    grid.getState().open({ suggested: get().suggested, windows });
    return windows;
  };
  return {
    get,
    grid,
    tab,
    close,
    outbox: () => kept,
    /** The windows in view. */
    view,
    next: () => pages()[1]?.items.map(({ item }) => item.windowId) ?? [],
    /** Everything kept has gone out, or failed to. */
    async settled() {
      await outbox.wake();
      await get().refill();
    },
    /** Enter, with exceptions by place. */
    async submit(exceptions: Readonly<Record<number, Exception>> = {}) {
      const windows = view();
      for (const [place, exception] of Object.entries(exceptions)) {
        grid.getState().focusOn(windows[Number(place)]);
        grid.getState().mark(exception);
      }
      const [page] = pages();
      const marks = grid.getState().exceptions;
      await get().submit(
        (page?.items ?? []).map((held) => ({
          held,
          answer: marks.get(held.item.windowId) ?? get().suggested,
        })),
      );
    },
    summary() {
      view();
      return summaryOf(grid.getState());
    },
  };
}

const idsOf = (server: ReturnType<typeof createServer>, from: number, to: number, lane: ClassId = 'flag') =>
  server.items
    .filter((item) => item.lane === lane)
    .slice(from, to)
    .map(({ windowId }) => windowId);

describe('pages', () => {
  it('come in the order of the queue, with two more in hand, each claim naming what is held', async () => {
    const server = createServer({ flag: 60 });
    const page = await openPage(server);
    expect(page.view()).toEqual(idsOf(server, 0, 12));
    expect(page.next()).toEqual(idsOf(server, 12, 24));
    expect(page.get().items).toHaveLength(36);
    expect(server.claims.map(({ holding }) => holding.length)).toEqual([0, 12, 24]);
    expect(page.get().catchRate).toMatchObject({ hits: 3, trials: 4 });
  });

  it('are sent whole, with their exceptions, and the next is there at once', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    const windows = page.view();
    await page.submit({ 2: 'wedge', 5: 'skip' });
    expect(page.view()).toEqual(idsOf(server, 12, 24));
    expect(page.grid.getState().exceptions.size).toBe(0);
    await page.settled();
    const [sent] = server.pages.values();
    expect(sent).toMatchObject({ queueId: 1, class: 'flag' });
    expect(sent.answers.map(({ windowId }) => windowId)).toEqual(windows);
    expect(sent.answers.map((answer) => (answer.kind === 'label' ? answer.label : answer.kind))).toEqual(
      windows.map((_, i) => (i === 2 ? 'wedge' : i === 5 ? 'skip' : 'flag')),
    );
    expect(page.get().items).toHaveLength(36);
    expect(page.get().progress?.labelled).toMatchObject({ flag: 10, wedge: 1 });
  });

  it('go on while the server is away, each window once, until all in hand is answered', async () => {
    const server = createServer({ flag: 100 });
    const page = await openPage(server);
    server.online = false;
    for (let i = 0; i < 3; i++) await page.submit();
    await expect.poll(() => page.get().phase).toBe('offline-empty');
    expect(page.get().progress?.labelled.flag).toBe(36);
    server.online = true;
    // What waits is still in hand to the server: its windows must not come again.
    await page.get().refill();
    expect(page.view()).toEqual(idsOf(server, 36, 48));
    await page.settled();
    expect(server.standing()).toHaveLength(36);
  });

  it('are cut by the size chosen, and windows keep their marks over it', async () => {
    const page = await openPage(createServer({ flag: 200 }));
    const [first] = page.view();
    page.grid.getState().focusOn(first);
    page.grid.getState().mark('none');
    page.grid.getState().setSize(GRID_SIZES[2]);
    await page.get().refill();
    expect(page.view()).toHaveLength(48);
    expect(page.get().items.length).toBeGreaterThanOrEqual(144);
    expect(page.summary()).toEqual({ confirmed: 47, exceptions: 1 });
  });

  it('end with a short one, and then the server’s words', async () => {
    const page = await openPage(createServer({ flag: 17 }));
    await page.submit();
    expect(page.view()).toHaveLength(5);
    await page.submit();
    await expect.poll(() => page.get().phase).toBe('empty');
    expect(page.get().words).toBe('Every window of this queue has its answers.');
  });

  it('say so where they could not be fetched', async () => {
    const server = createServer({ flag: 17 });
    server.backend.claimPage = async () => {
      throw new ApiError(403, { code: 'forbidden', message: 'Not this queue.' });
    };
    const page = await openPage(server);
    expect(page.get()).toMatchObject({ phase: 'failed', words: 'Not this queue.' });
  });

  it('take a second Enter within the moment that keeping takes for a bounce', async () => {
    const server = createServer({ flag: 60 });
    const page = await openPage(server);
    await Promise.all([page.submit(), page.submit()]);
    expect(page.get().submitted).toHaveLength(1);
  });
});

describe('undo', () => {
  it('takes the whole page back and shows it again with its exceptions, leased anew', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    const windows = page.view();
    await page.submit({ 3: 'none', 4: 'skip' });
    await page.settled();
    await page.get().undo();
    expect(page.view()).toEqual(windows);
    expect(page.summary()).toEqual({ confirmed: 10, exceptions: 2 });
    expect(page.grid.getState().exceptions.get(windows[3])).toBe('none');
    expect(page.get().progress?.labelled.flag).toBe(0);
    await page.settled();
    expect(server.standing()).toEqual([]);
    for (const { item } of page.get().items.slice(0, 12)) expect(server.leases.has(item.leaseId)).toBe(true);
    // Its windows are not let go though their former leases have ended.
    await page.get().renew(true);
    expect(page.view()).toEqual(windows);
    await page.submit();
    await page.settled();
    expect(server.standing().map(({ windowId }) => windowId)).toEqual(windows);
  });

  it('walks back any number of pages, and works offline: page, retraction and new page go out in order', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    server.online = false;
    await page.submit({ 0: 'none' });
    await page.submit({ 1: 'wedge' });
    const [second, first] = page.get().submitted.map(({ input }) => input.id);
    await page.get().undo();
    await page.get().undo();
    expect(page.view()).toEqual(idsOf(server, 0, 12));
    expect(page.summary()).toEqual({ confirmed: 11, exceptions: 1 });
    await page.submit();
    const [again] = page.get().submitted.map(({ input }) => input.id);
    expect(page.view()).toEqual(idsOf(server, 12, 24));
    expect(page.summary()).toEqual({ confirmed: 11, exceptions: 1 });
    server.online = true;
    await page.settled();
    expect(server.order).toEqual([
      `page ${first}`,
      `page ${second}`,
      `back ${second}`,
      `back ${first}`,
      `page ${again}`,
    ]);
    expect(page.view()).toEqual(idsOf(server, 12, 24));
    expect(new Set(page.get().items.map(({ item }) => item.windowId)).size).toBe(page.get().items.length);
  });

  it('keeps its windows while the server has not heard of it, though their leases have ended', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    const windows = page.view();
    await page.submit();
    await page.settled();
    server.trouble = ({ kind }) => (kind === 'pageRetraction' ? new OfflineError('away') : null);
    await page.get().undo();
    await page.get().renew(true);
    expect(page.view()).toEqual(windows);
  });

  it('keeps the marks of the page that it interrupts', async () => {
    const page = await openPage(createServer({ flag: 80 }));
    await page.submit();
    const [first] = page.view();
    page.grid.getState().focusOn(first);
    page.grid.getState().mark('blowoff');
    await page.get().undo();
    expect(page.summary().exceptions).toBe(0);
    await page.submit();
    expect(page.view()[0]).toBe(first);
    expect(page.summary().exceptions).toBe(1);
  });

  it('goes on after a reload, asking the server for the windows', async () => {
    const server = createServer({ flag: 80 });
    const before = await openPage(server);
    const windows = before.view();
    await before.submit({ 7: 'wedge' });
    await before.settled();
    await before.close();
    const page = await openPage(server, before.tab);
    expect(page.view()).not.toEqual(windows);
    await page.get().undo();
    expect(page.get().bringingBack).toBe([...server.pages.keys()][0]);
    await page.settled();
    expect(page.view()).toEqual(windows);
    expect(page.grid.getState().exceptions.get(windows[7])).toBe('wedge');
    expect(page.get().bringingBack).toBeNull();
    await page.get().undo();
    expect(page.get().notice).toMatch(/^No page of this session is left/);
  });

  it('comes first after a reload, though a claim brought its windows behind others before the server’s word', async () => {
    const server = createServer({ flag: 24 });
    const before = await openPage(server);
    const windows = before.view();
    await before.submit({ 7: 'wedge' });
    await before.settled();
    await before.close();
    const page = await openPage(server, before.tab);
    let arrive: () => void = () => undefined;
    let claim: () => void = () => undefined;
    server.slowReceipt = new Promise((resolve) => (arrive = resolve));
    server.slow = new Promise((resolve) => (claim = resolve));
    await page.get().undo();
    await expect.poll(() => server.order).toHaveLength(2);
    claim();
    await expect.poll(() => page.get().items.length).toBe(24);
    arrive();
    await page.settled();
    expect(page.view()).toEqual(windows);
    expect(page.get().items).toHaveLength(24);
    expect(page.grid.getState().exceptions.get(windows[7])).toBe('wedge');
    expect(page.get().bringingBack).toBeNull();
  });

  it('turns to the class and the size of the page that it brings back', async () => {
    const server = createServer({ flag: 80, wedge: 200 });
    const page = await openPage(server);
    const windows = page.view();
    await page.submit();
    page.get().turnTo('wedge');
    page.grid.getState().setSize(GRID_SIZES[2]);
    await page.settled();
    expect(page.view()).toEqual(idsOf(server, 0, 48, 'wedge'));
    await page.get().undo();
    expect(page.get().suggested).toBe('flag');
    expect(page.view()).toEqual(windows);
    await page.settled();
    expect(page.next()).toEqual(idsOf(server, 12, 24));
  });

  it('says how many windows went to someone else meanwhile, and shows the others', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    const windows = page.view();
    await page.submit();
    await page.settled();
    server.takenByOthers = new Set(windows.slice(0, 2));
    await page.get().undo();
    await page.settled();
    expect(page.view().slice(0, 10)).toEqual(windows.slice(2));
    expect(page.get().notice).toContain('2 of its windows have gone to someone else');
  });

  it('lets the page go where the server does not take it back', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    const windows = page.view();
    await page.submit({ 1: 'none' });
    await page.settled();
    server.trouble = ({ kind }) =>
      kind === 'pageRetraction'
        ? new ApiError(409, { code: 'conflict', message: 'It has gone back to the queue already.' })
        : null;
    await page.get().undo();
    await page.settled();
    expect(page.view()).not.toEqual(windows);
    expect(page.grid.getState().exceptions.size).toBe(0);
    expect(page.get().notice).toContain('did not take the undo');
    expect(page.outbox().refused).toHaveLength(1);
  });
});

describe('what the server says of pages', () => {
  it('is the catch rate, and the pages that went back: they are told once and cannot be undone', async () => {
    const server = createServer({ flag: 120 });
    const page = await openPage(server);
    await page.submit();
    await page.settled();
    await page.submit();
    const [, first] = page.get().submitted.map(({ input }) => input.id);
    server.receipt = { catchRate: { hits: 2, trials: 8, low: 0.07, high: 0.59 }, returned: [first] };
    await page.settled();
    expect(page.get().catchRate).toMatchObject({ hits: 2, trials: 8 });
    expect(page.get().wentBack).toBe(1);
    expect(page.get().submitted.map(({ input }) => input.id)).not.toContain(first);
    page.get().acknowledge();
    expect(page.get().wentBack).toBe(0);
    const again = await openPage(server, page.tab);
    expect(again.get().submitted).toHaveLength(1);
  });

  it('may be no: the page is then no more among those that stand', async () => {
    const server = createServer({ flag: 80 });
    const page = await openPage(server);
    server.trouble = () => new ApiError(404, { code: 'not_found', message: 'No such window.' });
    await page.submit();
    expect(page.get().progress?.labelled.flag).toBe(12);
    await page.settled();
    expect(page.get().submitted).toEqual([]);
    expect(page.get().progress?.labelled.flag).toBe(0);
    expect(page.get().notice).toContain('did not take a page');
  });
});

describe('leases', () => {
  it('are given back when the class changes; what a late claim brings goes back too', async () => {
    const server = createServer({ flag: 80, wedge: 40 });
    const page = await openPage(server);
    let go: () => void = () => undefined;
    server.slow = new Promise((resolve) => {
      go = resolve;
    });
    await page.submit();
    page.get().turnTo('wedge');
    go();
    await page.settled();
    await expect.poll(() => page.get().phase).toBe('working');
    expect(page.view()).toEqual(idsOf(server, 0, 12, 'wedge'));
    const lanes = [...server.leases.values()].map(
      (itemId) => server.items.find((item) => item.itemId === itemId)?.lane,
    );
    expect(new Set(lanes)).toEqual(new Set(['wedge']));
  });

  it('that were lost let their windows go; those in view stay while they are looked at, not after a sleep', async () => {
    const server = createServer({ flag: 200 });
    const page = await openPage(server);
    const windows = page.view();
    const lost = page.next()[0];
    server.leases.delete(page.get().items[0].item.leaseId);
    server.leases.delete(page.get().items[12].item.leaseId);
    await page.get().renew(false);
    expect(page.view()).toEqual(windows);
    // Free again, it was claimed again: at the end.
    expect(page.next()).not.toContain(lost);
    server.leases.clear();
    await page.get().renew(true);
    expect(page.get().notice).toMatch(/went back to the queue/);
    for (const { item } of page.get().items) expect(server.leases.has(item.leaseId)).toBe(true);
  });

  it('are given back when the page is left', async () => {
    const server = createServer({ flag: 60 });
    const page = await openPage(server);
    expect(server.leases.size).toBe(36);
    await page.get().leave();
    expect(server.leases.size).toBe(0);
  });
});
