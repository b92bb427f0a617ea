import 'fake-indexeddb/auto';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { Annotation, AnnotationInput, LabelItem, QueueProgress } from '@/lib/contract/label.ts';
import { OfflineError } from './api.ts';
import type { LabelBackend } from './label/backend.ts';
import { createLabelStore } from './label-store.ts';
import { createOutbox, type OutboxSnapshot } from './outbox/outbox.ts';
import { openOutboxStore } from './outbox/store.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const BARS = 64;
const columns = {
  ts: Array.from({ length: BARS }, (_, i) => i * 3_600_000),
  open: new Array<number>(BARS).fill(10),
  high: new Array<number>(BARS).fill(11),
  low: new Array<number>(BARS).fill(9),
  close: new Array<number>(BARS).fill(10),
  volume: new Array<number>(BARS).fill(1),
  takerBuyVolume: new Array<null>(BARS).fill(null),
};
const perClass = (n: number): QueueProgress['targets'] => ({
  flag: n,
  wedge: n,
  blowoff: n,
  wick_exhaustion: n,
  none: n,
});

type Answer = Exclude<AnnotationInput, { kind: 'retraction' }>;

/** The server's rules that matter here, in memory: leases, answers by id, retractions that lease back. */
function createServer(windows: number) {
  const items = Array.from({ length: windows }, (_, i) => ({ itemId: String(i + 1), windowId: uuidV7() }));
  const leases = new Map<string, string>();
  const answers = new Map<string, AnnotationInput>();
  function standing(): Answer[] {
    const takenBack = new Set(
      [...answers.values()].flatMap((a) => (a.kind === 'retraction' ? [a.retractsId] : [])),
    );
    return [...answers.values()].filter((a): a is Answer => a.kind !== 'retraction' && !takenBack.has(a.id));
  }
  function lease(itemId: string): LabelItem {
    const leaseId = uuidV7();
    leases.set(leaseId, itemId);
    const found = items.find((one) => one.itemId === itemId);
    if (!found) throw new Error(`no item ${itemId}`);
    return {
      ...found,
      leaseId,
      leaseExpiresAt: '2026-01-01T00:00:00.000Z',
      position: Number(itemId),
      series: { id: 1, venue: 'demo', symbol: 'ALPHA', timeframe: '1h' },
      ts: columns.ts[BARS - 1],
      snapshot: { timeframeMs: 3_600_000, bars: columns, state: null },
      suggestion: { class: 'flag', kind: 'event', direction: 1, poleKatr: 5, votes: [] },
    };
  }
  const server = {
    items,
    answers,
    leases,
    online: true,
    claims: [] as { count: number; holding: readonly string[] }[],
    standing,
    async send(input: AnnotationInput) {
      reach();
      answers.set(input.id, input);
      const { itemId } = input;
      for (const [lease, held] of leases) if (held === itemId) leases.delete(lease);
      const item = input.kind === 'retraction' && itemId !== null ? lease(itemId) : null;
      return { annotation: annotationOf(input), item, reason: null };
    },
    backend: {
      async claim(_queue: number, count: number, holding: readonly string[]) {
        reach();
        server.claims.push({ count, holding });
        const held = holding.filter((lease) => leases.has(lease));
        const taken = new Set([
          ...standing().map((a) => a.itemId),
          ...held.map((lease) => leases.get(lease)),
        ]);
        const next = items.filter(({ itemId }) => !taken.has(itemId)).slice(0, count);
        return {
          items: next.map(({ itemId }) => lease(itemId)),
          held,
          empty: next.length < count ? 'Every window of this queue is answered.' : null,
        };
      },
      async renew(ids: readonly string[]) {
        reach();
        return ids.filter((id) => leases.has(id));
      },
      async release(ids: readonly string[]) {
        reach();
        for (const id of ids) leases.delete(id);
      },
      async answers() {
        reach();
        return standing().map(annotationOf).reverse();
      },
      async progress(queueId: number): Promise<QueueProgress> {
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
    } satisfies LabelBackend,
  };
  function reach(): void {
    if (!server.online) throw new OfflineError('away');
  }
  return server;
}

function annotationOf(input: AnnotationInput): Annotation {
  return {
    id: input.id,
    windowId: input.windowId,
    itemId: input.itemId,
    kind: input.kind,
    label: input.kind === 'label' ? input.label : null,
    skipReason: input.kind === 'skip' ? input.skipReason : null,
    retractsId: input.kind === 'retraction' ? input.retractsId : null,
    suggestedClass: 'flag',
    surplus: false,
    answeredAt: input.answeredAt,
  };
}

/** A page: its own store over the browser's outbox. */
async function openPage(server: ReturnType<typeof createServer>, database = uuidV7()) {
  let kept: OutboxSnapshot = { waiting: [], refused: [], connection: 'online' };
  const idb = await openOutboxStore(database);
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const outbox = createOutbox({
    author: 'ann',
    store: idb,
    oneTab: (work) => work(async () => true),
    send: server.send,
    isAuthorSignedIn: async () => true,
    onChange(next) {
      kept = next;
    },
    onReceipt: (entry, receipt) => store.getState().received(entry, receipt),
    later: () => () => undefined,
    random: () => 0.5,
  });
  const store = createLabelStore({
    author: 'ann',
    queueId: 1,
    backend: server.backend,
    put: outbox.put,
    waiting: () => kept.waiting,
    now: () => now++,
    newId: uuidV7,
  });
  await outbox.look();
  await store.getState().start();
  const close = async () => {
    await outbox.stop();
    idb.close();
  };
  closers.push(close);
  return {
    get: store.getState,
    windowInView: () => store.getState().current?.item.windowId,
    /** Everything kept has gone out, or failed to. */
    settled: () => outbox.wake(),
    outbox: () => kept,
    database,
    close,
    async answer(...labels: ClassId[]) {
      for (const label of labels) await store.getState().answer(label);
    },
  };
}

describe('labelling', () => {
  it('shows the first window and has at least twelve more in hand', async () => {
    const server = createServer(40);
    const page = await openPage(server);
    expect(page.windowInView()).toBe(server.items[0].windowId);
    expect(page.get().ready.length).toBeGreaterThanOrEqual(12);
    await page.answer('flag', 'none', 'wedge', 'flag', 'flag', 'flag', 'flag', 'flag', 'flag', 'flag');
    expect(page.get().ready.length).toBeGreaterThanOrEqual(12);
  });

  it('goes through a queue window by window, in order, each once', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    const seen: (string | undefined)[] = [];
    while (page.get().current) {
      seen.push(page.windowInView());
      await page.get().confirm();
      await page.get().refill();
    }
    await page.settled();
    expect(seen).toEqual(server.items.map(({ windowId }) => windowId));
    expect(server.standing()).toHaveLength(30);
    await expect.poll(() => page.get().phase).toBe('empty');
    expect(page.get().words).toBe('Every window of this queue is answered.');
  });

  it('names the leases of answers that still wait, so that their windows do not come again', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    server.online = false;
    await page.answer(...new Array<ClassId>(10).fill('flag'));
    server.online = true;
    const waiting = page.outbox().waiting.map(({ leaseId }) => leaseId);
    expect(waiting.length).toBeGreaterThan(0);
    await page.get().refill();
    expect(server.claims.at(-1)?.holding).toEqual(expect.arrayContaining(waiting));
    const inHand = [page.windowInView(), ...page.get().ready.map(({ item }) => item.windowId)];
    expect(new Set(inHand).size).toBe(inHand.length);
    for (const { windowId } of page.get().answers) expect(inHand).not.toContain(windowId);
  });

  it('works on while the server is away, and says when everything in hand is answered', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    server.online = false;
    const inHand = page.get().ready.length + 1;
    await page.answer(...new Array<ClassId>(inHand).fill('none'));
    await expect.poll(() => page.get().phase).toBe('offline-empty');
    expect(page.outbox().waiting).toHaveLength(inHand);
    server.online = true;
    await page.settled();
    await page.get().refill();
    expect(page.get().phase).toBe('labelling');
    expect(server.standing()).toHaveLength(inHand);
  });

  it('counts labels at once, before the server has', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    server.online = false;
    await page.answer('flag', 'flag', 'none');
    expect(page.get().progress?.labelled).toMatchObject({ flag: 2, none: 1 });
    await page.get().undo();
    expect(page.get().progress?.labelled).toMatchObject({ flag: 2, none: 0 });
    expect(page.get().progress?.remaining).toBe(28);
  });

  it('sends a note with the next answer only', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    page.get().setNote('  thin volume ');
    await page.answer('flag', 'none');
    await page.settled();
    expect(server.standing().map(({ note }) => note)).toEqual(['thin volume', undefined]);
  });

  it('takes a second key within the moment an answer takes for a bounce', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    await Promise.all([page.get().answer('flag'), page.get().answer('flag')]);
    expect(page.get().answers).toHaveLength(1);
  });
});

describe('undo', () => {
  it('walks back any number of answers, and the windows come again in the same order', async () => {
    const server = createServer(40);
    const page = await openPage(server);
    await page.answer('flag', 'wedge', 'none');
    await page.settled();
    await page.get().undo();
    expect(page.windowInView()).toBe(server.items[2].windowId);
    await page.get().undo();
    await page.get().undo();
    await page.settled();
    expect(page.windowInView()).toBe(server.items[0].windowId);
    expect(page.get().ready[0].item.windowId).toBe(server.items[1].windowId);
    expect(server.standing()).toEqual([]);
    await page.answer('blowoff');
    await page.settled();
    expect(server.standing()).toMatchObject([{ windowId: server.items[0].windowId, label: 'blowoff' }]);
  });

  it('works offline on answers that still wait; the server gets answer, retraction and new answer in order', async () => {
    const server = createServer(40);
    const page = await openPage(server);
    server.online = false;
    await page.answer('flag');
    await page.get().undo();
    expect(page.windowInView()).toBe(server.items[0].windowId);
    await page.answer('none');
    server.online = true;
    await page.settled();
    expect([...server.answers.values()].map(({ kind }) => kind)).toEqual(['label', 'retraction', 'label']);
    expect(server.standing()).toMatchObject([{ label: 'none' }]);
  });

  it('walks back after a reload, asking the server for the window', async () => {
    const server = createServer(40);
    const before = await openPage(server);
    await before.answer('flag', 'wedge');
    await before.settled();
    const page = await openPage(server, before.database);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['wedge', 'flag']);
    const inView = page.windowInView();
    await page.get().undo();
    await page.settled();
    expect(page.windowInView()).toBe(server.items[1].windowId);
    expect(page.get().ready[0].item.windowId).toBe(inView);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['flag']);
    expect(page.get().bringingBack).toBeNull();
  });

  it('sees answers and retractions that still waited when the page was reloaded', async () => {
    const server = createServer(40);
    const before = await openPage(server);
    await before.answer('flag');
    await before.settled();
    server.online = false;
    await before.answer('wedge', 'none');
    await before.get().undo();
    await before.settled();
    await before.close();
    server.online = true;
    const page = await openPage(server, before.database);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['wedge', 'flag']);
  });

  it('says so when there is nothing left to undo', async () => {
    const page = await openPage(createServer(5));
    await page.get().undo();
    expect(page.get().notice).toBe('There is nothing left to undo.');
  });
});

describe('leases', () => {
  it('lets windows go that were leased to others, and takes the next; the one in view stays while it is being looked at', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    const inView = page.windowInView();
    const lost = page.get().ready[0].item;
    server.leases.delete(lost.leaseId);
    await page.get().renew(false);
    expect(page.windowInView()).toBe(inView);
    expect(page.get().ready.map(({ item }) => item.leaseId)).not.toContain(lost.leaseId);
    expect(page.get().ready.length).toBeGreaterThanOrEqual(12);
  });

  it('after a sleep replaces the window in view too, and says why', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    server.leases.clear();
    await page.get().renew(true);
    expect(page.get().current).not.toBeNull();
    expect(server.leases.has(page.get().current?.item.leaseId ?? '')).toBe(true);
    expect(page.get().notice).toMatch(/went back to the queue/);
  });

  it('gives back what is in hand when the page is left', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    expect(server.leases.size).toBeGreaterThan(0);
    await page.get().leave();
    expect(server.leases.size).toBe(0);
  });
});
