import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import type { PageInput } from '@/lib/contract/grid.ts';
import type { Annotation, AnnotationInput } from '@/lib/contract/label.ts';
import { ApiError, OfflineError } from '../api.ts';
import { answersOf, type Delivered, type EntryOf, type NewEntry, type OutboxEntry } from './entry.ts';
import { createOutbox, type Outbox, type OutboxSnapshot } from './outbox.ts';
import { describeOutbox } from './state.ts';
import { type OutboxStore, openOutboxStore } from './store.ts';
import { type OneTab, oneTabAtATime } from './turn.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that records by id, as the real one does, and can be told to misbehave. */
function createServer() {
  const recorded = new Map<string, OutboxEntry>();
  const order: string[] = [];
  const calls: string[] = [];
  return {
    recorded,
    order,
    calls,
    /** What happens instead of an answer, by call; 'lost' records and then loses the receipt. */
    trouble: (_sent: { id: string }): Error | 'lost' | null => null,
    async deliver(entry: OutboxEntry): Promise<Delivered> {
      const id = idOf(entry);
      calls.push(id);
      const trouble = this.trouble({ id });
      if (trouble instanceof Error) throw trouble;
      if (!recorded.has(id)) order.push(id);
      recorded.set(id, entry);
      if (trouble === 'lost') throw new OfflineError('connection reset');
      return delivered(entry);
    },
  };
}

/** What the server tells a repeat by; a page is taken back by its own id. */
const idOf = (entry: NewEntry) =>
  entry.kind === 'pageRetraction' ? `back ${entry.retracts.id}` : entry.input.id;

function delivered(entry: OutboxEntry): Delivered {
  switch (entry.kind) {
    case 'annotation':
      return {
        ...entry,
        receipt: { annotation: annotationOf(entry.input), item: null, reason: null, gold: null },
      };
    case 'page':
      return {
        ...entry,
        receipt: { catchRate: { hits: 0, trials: 0, low: null, high: null }, returned: [] },
      };
    case 'pageRetraction':
      return { ...entry, receipt: { items: [] } };
  }
}

function annotationOf(input: AnnotationInput): Annotation {
  return {
    id: input.id,
    windowId: input.windowId,
    itemId: input.itemId,
    kind: input.kind,
    label: input.kind === 'label' ? input.label : null,
    skipReason: null,
    retractsId: input.kind === 'retraction' ? input.retractsId : null,
    suggestedClass: null,
    note: null,
    marks: null,
    poleKatr: null,
    guideVersion: null,
    surplus: false,
    answeredAt: input.answeredAt,
  };
}

const base = () => ({
  id: uuidV7(),
  windowId: uuidV7(),
  itemId: '1',
  elapsedMs: 900,
  answeredAt: '2026-01-01T00:00:00.000Z',
});
type New<Kind extends OutboxEntry['kind']> = Omit<EntryOf<Kind>, 'seq' | 'refusal'>;
const entryOf = (author: string, input: AnnotationInput): New<'annotation'> => ({
  kind: 'annotation',
  author,
  queueId: 1,
  leaseIds: [],
  input,
});
const answer = (author = 'ann') => entryOf(author, { kind: 'label', ...base(), label: 'flag' });
const undo = (of: New<'annotation'>) =>
  entryOf(of.author, { kind: 'retraction', ...base(), retractsId: of.input.id });
const page = (...answers: PageInput['answers']): New<'page'> => ({
  kind: 'page',
  author: 'ann',
  queueId: 1,
  leaseIds: [],
  input: {
    id: uuidV7(),
    queueId: 1,
    class: 'flag',
    answers,
    elapsedMs: 9_000,
    answeredAt: '2026-01-01T00:00:00.000Z',
  },
});
const pageOf = (count: number) => page(...Array.from({ length: count }, () => answer().input));
const undoPage = ({ input, ...rest }: New<'page'>): New<'pageRetraction'> => ({
  ...rest,
  kind: 'pageRetraction',
  retracts: input,
  answeredAt: '2026-01-01T00:01:00.000Z',
});

const fault = () => new ApiError(500, { code: 'internal', message: 'A fault of ours.' });

interface Setup {
  store?: OutboxStore;
  database?: string;
  author?: string;
  oneTab?: OneTab;
  isAuthorSignedIn?: () => Promise<boolean>;
}

async function setUp(server: ReturnType<typeof createServer>, given: Setup = {}) {
  const store = given.store ?? (await openOutboxStore(given.database ?? uuidV7()));
  if (!given.store) closers.push(() => store.close());
  let snapshot: OutboxSnapshot = { waiting: [], refused: [], connection: 'online' };
  const planned: (() => void)[] = [];
  const outbox: Outbox = createOutbox({
    author: given.author ?? 'ann',
    store,
    oneTab: given.oneTab ?? ((work) => work(async () => true)),
    deliver: (entry) => server.deliver(entry),
    isAuthorSignedIn: given.isAuthorSignedIn ?? (async () => true),
    onChange(next) {
      snapshot = next;
    },
    onDelivered: () => undefined,
    later(work) {
      planned.push(work);
      return () => planned.splice(planned.indexOf(work), 1);
    },
    random: () => 0.5,
  });
  closers.push(() => outbox.stop());
  return { outbox, store, planned, snapshot: () => snapshot };
}

describe('the outbox', () => {
  it('sends answers one at a time in the order they were given', async () => {
    const server = createServer();
    const { outbox, snapshot } = await setUp(server);
    const answers = [answer(), answer(), answer()];
    for (const one of answers) await outbox.put(one);
    await outbox.wake();
    expect(server.order).toEqual(answers.map((one) => one.input.id));
    expect(snapshot().waiting).toEqual([]);
  });

  it('records an answer once though its receipt was lost and it was sent again', async () => {
    const server = createServer();
    let losses = 2;
    server.trouble = () => (losses-- > 0 ? 'lost' : null);
    const { outbox, snapshot } = await setUp(server);
    const [first, second] = [answer(), answer()];
    await outbox.put(first);
    await outbox.put(second);
    await outbox.wake();
    await outbox.wake();
    await outbox.wake();
    expect(server.order).toEqual([first.input.id, second.input.id]);
    expect(server.calls.filter((id) => id === first.input.id)).toHaveLength(3);
    expect(snapshot()).toMatchObject({ waiting: [], connection: 'online' });
  });

  it('keeps answers while the server is away and says how many', async () => {
    const server = createServer();
    server.trouble = () => new OfflineError('refused');
    const { outbox, planned, snapshot } = await setUp(server);
    await outbox.put(answer());
    await outbox.wake();
    await outbox.put(answer());
    await expect.poll(() => snapshot().waiting.length).toBe(2);
    expect(describeOutbox(snapshot()).text).toBe('offline, 2 kept');
    server.trouble = () => null;
    expect(planned).toHaveLength(1);
    planned[0]();
    await expect.poll(() => describeOutbox(snapshot()).text).toBe('saved');
    expect(server.order).toHaveLength(2);
  });

  it('sets a refused answer aside with the reason and lets the rest go out', async () => {
    const server = createServer();
    const { outbox, snapshot } = await setUp(server);
    const bad = answer();
    server.trouble = ({ id }) =>
      id === bad.input.id
        ? new ApiError(409, { code: 'conflict', message: 'This id is another answer.' })
        : null;
    const good = answer();
    await outbox.put(bad);
    await outbox.put(good);
    await outbox.wake();
    expect(server.order).toEqual([good.input.id]);
    expect(snapshot().refused).toMatchObject([
      { input: { id: bad.input.id }, refusal: { status: 409, message: 'This id is another answer.' } },
    ]);
    await outbox.discard(snapshot().refused[0]);
    expect(snapshot().refused).toEqual([]);
  });

  it('holds everything back on 401, 429 and what a stranger on the way answers, which pass', async () => {
    for (const [status, code] of [
      [401, 'unauthenticated'],
      [429, 'too_many'],
      [500, 'internal'],
      // So does lib/client/api.ts take an answer that is not in our form.
      [403, 'internal'],
    ] as const) {
      const server = createServer();
      server.trouble = () => new ApiError(status, { code, message: 'not now' });
      const { outbox, snapshot } = await setUp(server);
      await outbox.put(answer());
      await outbox.wake();
      expect(snapshot().waiting).toHaveLength(1);
      expect(snapshot().refused).toEqual([]);
      server.trouble = () => null;
      await outbox.wake();
      expect(server.order).toHaveLength(1);
    }
  });

  it('sets an answer aside that the server keeps failing on, once it has taken another', async () => {
    const server = createServer();
    const bad = answer();
    server.trouble = ({ id }) => (id === bad.input.id ? fault() : null);
    const { outbox, snapshot } = await setUp(server);
    await outbox.put(bad);
    for (let i = 0; i < 12; i++) await outbox.wake();
    expect(snapshot()).toMatchObject({ waiting: [{ input: { id: bad.input.id } }], refused: [] });
    const good = [answer(), answer()];
    for (const one of good) await outbox.put(one);
    await outbox.wake();
    expect(server.order).toEqual(good.map((one) => one.input.id));
    expect(snapshot().waiting).toEqual([]);
    expect(snapshot().refused).toMatchObject([{ input: { id: bad.input.id }, refusal: { status: 500 } }]);
    expect(snapshot().refused[0].refusal?.message).toMatch(/failed on this \d+ times .* A fault of ours/);
  });

  it('sets nothing aside while the server fails on everything, and sends all once it is well', async () => {
    const server = createServer();
    server.trouble = fault;
    const { outbox, snapshot } = await setUp(server);
    const given = [answer(), answer(), answer()];
    for (const one of given) await outbox.put(one);
    for (let i = 0; i < 40; i++) await outbox.wake();
    expect(snapshot().waiting).toHaveLength(3);
    server.trouble = () => null;
    await outbox.wake();
    expect(snapshot()).toMatchObject({ waiting: [], refused: [] });
    expect([...server.recorded.keys()].sort()).toEqual(given.map((one) => one.input.id).sort());
  });

  it('keeps a retraction behind the answer that it takes back, though the server fails on that', async () => {
    const server = createServer();
    const given = answer();
    const windowId = given.input.windowId;
    const back = undo(given);
    const other = answer();
    server.trouble = ({ id }) => (id === given.input.id ? fault() : null);
    const { outbox, snapshot } = await setUp(server);
    await outbox.put(given);
    await outbox.put({ ...back, input: { ...back.input, windowId } });
    for (let i = 0; i < 9; i++) await outbox.wake();
    expect(server.order).toEqual([]);
    await outbox.put(other);
    await outbox.wake();
    expect(server.order).toEqual([other.input.id]);
    expect(snapshot()).toMatchObject({ waiting: [], refused: [] });
  });

  it('drops an undone answer with its retraction when the server refuses it', async () => {
    const server = createServer();
    const given = answer();
    const { outbox, snapshot } = await setUp(server);
    server.trouble = () => new OfflineError('away');
    await outbox.put(given);
    await outbox.put(undo(given));
    await outbox.wake();
    server.trouble = ({ id }) =>
      id === given.input.id ? new ApiError(404, { code: 'not_found', message: 'No such window.' }) : null;
    await outbox.wake();
    expect(server.order).toEqual([]);
    expect(snapshot()).toMatchObject({ waiting: [], refused: [] });
  });

  it('tells how many answers wait of each person, but for those that were refused', async () => {
    const server = createServer();
    server.trouble = () => new OfflineError('away');
    const { outbox, store } = await setUp(server);
    const [first, second] = [answer(), answer()];
    for (const one of [first, second]) await outbox.put(one);
    await store.add(answer('ben'));
    await store.add({ ...pageOf(3), author: 'ben' });
    await outbox.wake();
    expect(await store.waitingByAuthor()).toEqual(
      new Map([
        ['ann', 2],
        ['ben', 4],
      ]),
    );
    server.trouble = ({ id }) =>
      id === first.input.id ? new ApiError(404, { code: 'not_found', message: 'No such window.' }) : null;
    await outbox.wake();
    expect(await store.waitingByAuthor()).toEqual(new Map([['ben', 4]]));
  });

  it("leaves one person's answers waiting while another is signed in", async () => {
    const database = uuidV7();
    const server = createServer();
    server.trouble = () => new OfflineError('away');
    const ann = await setUp(server, { database });
    const hers = answer('ann');
    await ann.outbox.put(hers);
    await ann.outbox.wake();
    await ann.outbox.stop();

    server.trouble = () => null;
    const bob = await setUp(server, { database, author: 'bob' });
    const his = answer('bob');
    await bob.outbox.put(his);
    await bob.outbox.wake();
    expect(server.order).toEqual([his.input.id]);
    expect(bob.snapshot().waiting).toEqual([]);
    await bob.outbox.stop();

    const later = await setUp(server, { database });
    await later.outbox.wake();
    expect(server.order).toEqual([his.input.id, hers.input.id]);
  });

  it('sends nothing once the session turns out to be someone else’s', async () => {
    const server = createServer();
    const { outbox, snapshot } = await setUp(server, { isAuthorSignedIn: async () => false });
    await outbox.put(answer());
    await outbox.wake();
    expect(server.calls).toEqual([]);
    expect(describeOutbox(snapshot()).text).toBe('signed out, 1 kept');
  });

  it('says that all is saved once another tab has sent what it could not', async () => {
    const server = createServer();
    const store = await openOutboxStore(uuidV7());
    closers.push(() => store.close());
    const first = await setUp(server, { store });
    const second = await setUp(server, { store });
    server.trouble = () => new OfflineError('away');
    await first.outbox.put(answer());
    await first.outbox.wake();
    expect(first.snapshot().connection).toBe('offline');
    server.trouble = () => null;
    await second.outbox.wake();
    // The other tab has told that it sent something.
    await first.outbox.wake();
    expect(describeOutbox(first.snapshot()).text).toBe('saved');
  });

  it('goes on after a reload with what was kept', async () => {
    const database = uuidV7();
    const server = createServer();
    server.trouble = () => 'lost';
    const before = await setUp(server, { database });
    const kept = [answer(), answer()];
    for (const one of kept) await before.outbox.put(one);
    await before.outbox.wake();
    await before.outbox.stop();
    before.store.close();

    server.trouble = () => null;
    const after = await setUp(server, { database });
    await after.outbox.wake();
    expect(server.order).toEqual(kept.map((one) => one.input.id));
    expect(after.snapshot().waiting).toEqual([]);
  });
});

describe('a page of answers', () => {
  it('goes out in its turn, and so does its retraction', async () => {
    const server = createServer();
    const { outbox } = await setUp(server);
    const [before, whole, after] = [answer(), pageOf(3), answer()];
    for (const one of [before, whole, after, undoPage(whole)]) await outbox.put(one);
    await outbox.wake();
    expect(server.order).toEqual([before, whole, after, undoPage(whole)].map(idOf));
  });

  it('counts as many answers as it holds while it waits or is refused, its retraction as one', async () => {
    const server = createServer();
    server.trouble = () => new OfflineError('away');
    const { outbox, snapshot } = await setUp(server);
    const whole = pageOf(24);
    await outbox.put(answer());
    await outbox.put(whole);
    await outbox.wake();
    expect(describeOutbox(snapshot()).text).toBe('offline, 25 kept');
    await outbox.put(undoPage(whole));
    await outbox.wake();
    expect(describeOutbox(snapshot()).text).toBe('offline, 26 kept');
    const refused = pageOf(12);
    await outbox.put(refused);
    server.trouble = ({ id }) =>
      id === refused.input.id ? new ApiError(409, { code: 'conflict', message: 'Another page.' }) : null;
    await outbox.wake();
    expect(describeOutbox(snapshot())).toMatchObject({ text: 'saved', refused: 12 });
  });

  it('is dropped with its retraction when the server refuses it', async () => {
    const server = createServer();
    server.trouble = () => new OfflineError('away');
    const { outbox, snapshot } = await setUp(server);
    const whole = pageOf(2);
    for (const one of [whole, undoPage(whole)]) await outbox.put(one);
    await outbox.wake();
    server.trouble = () => new ApiError(404, { code: 'not_found', message: 'No such window.' });
    await outbox.wake();
    expect(snapshot()).toMatchObject({ waiting: [], refused: [] });
  });

  it('stays set aside when only one of its answers was taken back', async () => {
    const server = createServer();
    server.trouble = () => new OfflineError('away');
    const { outbox, snapshot } = await setUp(server);
    const first = answer();
    const whole = page(first.input, answer().input);
    for (const one of [whole, undo(first)]) await outbox.put(one);
    await outbox.wake();
    server.trouble = () => new ApiError(404, { code: 'not_found', message: 'No such window.' });
    await outbox.wake();
    expect(snapshot().refused).toHaveLength(2);
  });

  it('holds back what is about its windows while the server fails on it, and lets the rest go', async () => {
    const server = createServer();
    const again = answer();
    const whole = page(again.input, answer().input);
    server.trouble = ({ id }) => (id === whole.input.id ? fault() : null);
    const { outbox } = await setUp(server);
    const sameWindow = { ...again.input, id: uuidV7() };
    for (const one of [
      whole,
      undoPage(whole),
      { ...answer(), input: sameWindow },
      page(sameWindow, answer().input),
    ])
      await outbox.put(one);
    for (let i = 0; i < 9; i++) await outbox.wake();
    expect(server.order).toEqual([]);
    const other = answer();
    await outbox.put(other);
    await outbox.wake();
    expect(server.order[0]).toBe(other.input.id);
  });
});

describe('what version 1 of the outbox kept', () => {
  it('still goes out, in order, beside what is put now', async () => {
    const database = uuidV7();
    const old = await openDB(database, 1, {
      upgrade(upgrading) {
        const entries = upgrading.createObjectStore('entries', { keyPath: 'seq', autoIncrement: true });
        entries.createIndex('author', 'author');
        upgrading.createObjectStore('turns');
      },
    });
    const first = answer().input;
    const back = undo(answer()).input;
    const refused = answer().input;
    const refusal = { status: 409, message: 'This id is another answer.' };
    const leaseId = uuidV7();
    for (const entry of [
      { author: 'ann', queueId: 1, leaseId, input: first, refusal: null },
      { author: 'ann', queueId: null, leaseId: null, input: back, refusal: null },
      { author: 'ann', queueId: 1, leaseId: null, input: refused, refusal },
    ])
      await old.add('entries', entry);
    old.close();

    const server = createServer();
    server.trouble = () => new OfflineError('away');
    const { outbox, snapshot } = await setUp(server, { database });
    await outbox.wake();
    expect(snapshot().waiting.map(({ leaseIds }) => leaseIds)).toEqual([[leaseId], []]);
    expect(snapshot().waiting.flatMap(answersOf)).toEqual([first]);
    expect(snapshot().refused).toMatchObject([{ kind: 'annotation', input: refused, refusal }]);
    const now = pageOf(2);
    await outbox.put(now);
    server.trouble = () => null;
    await outbox.wake();
    expect(server.order).toEqual([first.id, back.id, now.input.id]);
  });
});

describe('one tab at a time, without web locks', () => {
  it('keeps a second tab from sending while the first is at it, and lets it when the turn has run out', async () => {
    const store = await openOutboxStore(uuidV7());
    closers.push(() => store.close());
    let now = 0;
    const one = oneTabAtATime(store, 'tab 1', undefined, () => now);
    const two = oneTabAtATime(store, 'tab 2', undefined, () => now);
    const ran: string[] = [];
    await one(async () => {
      ran.push('1');
      await two(async () => void ran.push('2 beside 1'));
      now = 60_000;
      await two(async () => void ran.push('2 after a dead 1'));
    });
    await two(async () => void ran.push('2 after 1'));
    expect(ran).toEqual(['1', '2 after a dead 1', '2 after 1']);
  });

  it('sends each answer once though two tabs drain the same outbox', async () => {
    const database = uuidV7();
    const server = createServer();
    const store = await openOutboxStore(database);
    closers.push(() => store.close());
    const tabs = await Promise.all(
      ['a', 'b'].map((holder) =>
        setUp(server, { store, oneTab: oneTabAtATime(store, holder, undefined, Date.now) }),
      ),
    );
    const answers = Array.from({ length: 10 }, () => answer());
    for (const [i, one] of answers.entries()) await tabs[i % 2].outbox.put(one);
    await Promise.all(tabs.map((tab) => tab.outbox.wake()));
    await Promise.all(tabs.map((tab) => tab.outbox.wake()));
    expect(server.calls).toEqual(answers.map((one) => one.input.id));
  });
});
