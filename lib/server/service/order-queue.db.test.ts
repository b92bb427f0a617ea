import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { newQueueSchema, queueApi, queueFilterSchema, queueMixSchema } from '@/lib/contract/queue.ts';
import type { z } from '@/lib/contract/zod.ts';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
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
import { addChampion, addPredictions } from '../testing/model.ts';
import { annotate, claimItems } from './label.ts';
import { makeOrder } from './make-order.ts';
import { createQueue, previewQueue, updateQueue } from './manage-queue.ts';
import { fillQueues } from './order-queue.ts';

const HOUR = 3_600_000;
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
  await getPool().query('TRUNCATE "Queue", "Window", "Series", "ModelVersion", "AliasEvent" CASCADE');
});

/** A queue as its maker asks for it; its order is made by the test. */
async function queueOf(settings: Partial<z.input<typeof newQueueSchema>> = {}): Promise<number> {
  const { id } = await createQueue(OPERATOR, newQueueSchema.parse({ name: 'test', filter: {}, ...settings }));
  return id;
}

interface Item {
  id: string;
  windowId: string;
  seriesId: number;
  ts: number;
  suggestedClass: string;
  placedBy: string;
  inclusionProbability: number | null;
  blind: boolean;
  done: boolean;
}

async function itemsOf(queueId: number): Promise<Item[]> {
  const { rows } = await getPool().query<Item>(
    `SELECT "id", "windowId", "seriesId", "ts", "suggestedClass", "placedBy", "inclusionProbability", "blind", "done"
       FROM "QueueItem" WHERE "queueId" = $1 ORDER BY "position"`,
    [queueId],
  );
  return rows;
}

/** Windows a hundred bars apart, so that none shares bars with another. */
const apart = (count: number, of: (i: number) => Partial<TestWindow> = () => ({})): TestWindow[] =>
  Array.from({ length: count }, (_, i) => ({ bar: 1_000 + 100 * i, weakClass: 'flag', ...of(i) }));

const sure = (classIndex: number, p: number) =>
  CLASS_IDS.map((_, c) => (c === classIndex ? p : (1 - p) / (CLASS_IDS.length - 1)));

const placedBy = (items: readonly Item[], strategy: string) =>
  items.filter((item) => item.placedBy === strategy).map(({ windowId }) => windowId);

describe('a filter', () => {
  const filterOf = (filter: z.input<typeof queueFilterSchema>) => queueFilterSchema.parse(filter);

  test('takes what it says and nothing else, as its preview counts it', async () => {
    const a = await addSeries('A');
    const b = await addSeries('B');
    await getPool().query(`UPDATE "Series" SET "timeframe" = '15m' WHERE "id" = $1`, [b]);
    const kinds = ['event', 'near_miss', 'sampled_none', 'undecided'] as const;
    const some = apart(40, (i) => ({
      weakClass: i % 4 === 0 ? CLASS_IDS[(i / 4) % 4] : 'none',
      kind: kinds[i % 4],
    }));
    const windows = [...(await addWindows(a, ruleSetId, some)), ...(await addWindows(b, ruleSetId, some))];
    const of = (test: (i: number) => boolean) => windows.filter((_, i) => test(i));
    const ann = await addPerson('ann');
    for (const i of [0, 1, 44])
      await annotate(ann, labelInput({ itemId: null, windowId: windows[i] }, 'flag'));
    const usual = (i: number) => i % 4 !== 3;
    const cases: [z.input<typeof queueFilterSchema>, string[]][] = [
      [{}, of(usual)],
      [{ kinds: ['undecided'] }, of((i) => i % 4 === 3)],
      [{ classes: ['wedge'] }, of((i) => i % 40 === 4 || i % 40 === 20 || i % 40 === 36)],
      [{ classes: ['none'], kinds: ['near_miss', 'undecided'] }, of((i) => i % 4 === 1 || i % 4 === 3)],
      [{ symbols: ['test:A'] }, of((i) => usual(i) && i < 40)],
      [{ symbols: ['other:A'] }, []],
      [{ timeframes: ['15m'] }, of((i) => usual(i) && i >= 40)],
      [{ from: 1_300 * HOUR, to: 1_500 * HOUR }, of((i) => usual(i) && i % 40 >= 3 && i % 40 <= 5)],
      [{ labelled: 'yes' }, [windows[0], windows[1], windows[44]]],
      [{ labelled: 'no' }, of((i) => usual(i) && ![0, 1, 44].includes(i))],
      [{ disagrees: true }, []],
    ];
    for (const [filter, expected] of cases) {
      const id = await queueOf({ filter });
      await makeOrder(id);
      const items = await itemsOf(id);
      expect(items.map(({ windowId }) => windowId).sort(), JSON.stringify(filter)).toEqual(expected.sort());
      const preview = await previewQueue(OPERATOR, {
        ruleSetNumber: 1,
        filter: filterOf(filter),
        mix: queueMixSchema.parse({ deficit: 1 }),
      });
      queueApi.previewQueue.out.parse(preview);
      expect(preview.total, JSON.stringify(filter)).toBe(expected.length);
      const perClass = Object.fromEntries(
        CLASS_IDS.map((c) => [c, items.filter(({ suggestedClass }) => suggestedClass === c).length]),
      );
      expect(preview.perClass).toEqual(perClass);
    }
  });

  test('for disagreement takes windows that the model and the rules see differently', async () => {
    const windows = await addWindows(await addSeries('A'), ruleSetId, apart(4));
    const champion = await addChampion('v0_1_0');
    await addPredictions(champion, [
      { windowId: windows[0], probabilities: sure(0, 0.9) },
      { windowId: windows[1], probabilities: sure(4, 0.9) },
      { windowId: windows[2], probabilities: sure(1, 0.5) },
    ]);
    const id = await queueOf({ filter: { disagrees: true } });
    expect((await makeOrder(id)).placed).toBe(2);
    expect(new Set((await itemsOf(id)).map(({ windowId }) => windowId))).toEqual(
      new Set(windows.slice(1, 3)),
    );
    const [{ lastOrder }] = await getDb().queue.findMany({ where: { id } });
    expect(lastOrder).toMatchObject({ version: 'v0_1_0', placed: 2 });
  });

  test('that is narrowed lets go of what it no longer takes, but not of what somebody had in hand or put in', async () => {
    const windows = await addWindows(
      await addSeries('A'),
      ruleSetId,
      apart(40, (i) => ({ weakClass: i % 2 === 0 ? 'flag' : 'wedge' })),
    );
    const id = await queueOf({ targets: { flag: 1, wedge: 1, blowoff: 0, wick_exhaustion: 0, none: 0 } });
    await makeOrder(id, {
      named: [{ windowId: windows[39], suggestedClass: 'flag', placedBy: 'mined' }],
    });
    const ann = await addPerson('ann');
    const held = (await claimItems(ann, { id, count: 5, holding: [], hold: 'ready' })).items;
    await annotate(ann, labelInput(held[0]));
    await expireLeases(ann, [held[1].leaseId]);
    await updateQueue(OPERATOR, { id, filter: queueFilterSchema.parse({ classes: ['flag'] }) });
    await makeOrder(id);
    const items = await itemsOf(id);
    const touched = held.map(({ windowId }) => windowId);
    const expected = new Set([...windows.filter((_, i) => i % 2 === 0), windows[39], ...touched]);
    expect(new Set(items.map(({ windowId }) => windowId))).toEqual(expected);
    expect(items.slice(0, 5).map(({ windowId }) => windowId)).toEqual(touched);
    expect(items[0]).toMatchObject({ windowId: windows[39], placedBy: 'mined', suggestedClass: 'flag' });
  });
});

describe('a mix', () => {
  test('shares the places; each window knows what placed it, and only the random share has a chance', async () => {
    const windows = await addWindows(await addSeries('A'), ruleSetId, apart(200));
    const champion = await addChampion('v0_1_0');
    // The later the window the less sure the model. It contradicts every third: lots and other strategies, which draw
    // different windows each time that ids are made, leave enough of them.
    await addPredictions(
      champion,
      windows.map((windowId, i) => ({
        windowId,
        probabilities: sure(i % 3 === 0 ? 1 : 0, 0.95 - i / 400),
        angle: i,
      })),
    );
    const mix = { deficit: 0.2, uncertainty: 0.3, disagreement: 0.2, diversity: 0.1, random: 0.2 };
    const id = await queueOf({ mix });
    expect(await makeOrder(id)).toMatchObject({ added: 200, placed: 200, notes: [] });
    const items = await itemsOf(id);
    const first = items.slice(0, 50);
    const counts = Object.fromEntries(
      Object.keys(mix).map((strategy) => [strategy, placedBy(first, strategy).length]),
    );
    expect(counts).toEqual({ deficit: 10, uncertainty: 15, disagreement: 10, diversity: 5, random: 10 });
    const share = placedBy(items, 'random');
    // 40 of 200, give or take five standard deviations.
    expect(share.length).toBeGreaterThan(11);
    expect(share.length).toBeLessThan(69);
    for (const item of items) {
      expect(item.inclusionProbability).toBe(item.placedBy === 'random' ? 0.2 : null);
    }
    const uncertain = placedBy(items, 'uncertainty').map((windowId) => windows.indexOf(windowId));
    expect(uncertain.slice(0, 10)).toEqual([...uncertain.slice(0, 10)].sort((a, b) => b - a));
    expect(uncertain[0]).toBeGreaterThan(190);
    for (const windowId of placedBy(items, 'disagreement')) expect(windows.indexOf(windowId) % 3).toBe(0);
    // Whoever is drawn is drawn by the lots alone: another mix with the same share draws the same windows.
    await updateQueue(OPERATOR, { id, mix: queueMixSchema.parse({ deficit: 0.8, random: 0.2 }) });
    await makeOrder(id);
    expect(placedBy(await itemsOf(id), 'random')).toEqual(share);
  });

  test('that is given a larger random share takes what its lots would have drawn, served or not', async () => {
    await addWindows(await addSeries('A'), ruleSetId, apart(120));
    const id = await queueOf();
    await makeOrder(id);
    const ann = await addPerson('ann');
    for (const item of (await claimItems(ann, { id, count: 60, holding: [], hold: 'ready' })).items) {
      await annotate(ann, labelInput(item));
    }
    await updateQueue(OPERATOR, { id, mix: queueMixSchema.parse({ deficit: 0.5, random: 0.5 }) });
    await makeOrder(id);
    const drawn = (items: Item[]) => items.filter((item) => item.inclusionProbability === 0.5);
    const before = await itemsOf(id);
    expect(drawn(before.slice(0, 60)).length).toBeGreaterThan(15);
    expect(drawn(before.slice(60)).length).toBeGreaterThan(15);
    await updateQueue(OPERATOR, { id, mix: queueMixSchema.parse({ deficit: 1 }) });
    await makeOrder(id);
    const kept = drawn(await itemsOf(id));
    // Besides the 60 that are done, one in twenty of the others kept its place.
    expect(kept.map(({ windowId }) => windowId)).toEqual(
      drawn(before.slice(0, 63)).map(({ windowId }) => windowId),
    );
  });

  test('whose strategies choose few windows draws no more random ones than its share of all', async () => {
    const windows = await addWindows(await addSeries('A'), ruleSetId, apart(300));
    const champion = await addChampion('v0_1_0');
    await addPredictions(
      champion,
      windows.map((windowId, i) => ({ windowId, probabilities: sure(i < 30 ? 2 : 0, 0.8) })),
    );
    const id = await queueOf({ mix: { disagreement: 0.8, random: 0.2 } });
    await makeOrder(id);
    const items = await itemsOf(id);
    const chance = (0.2 * 30) / (0.8 * 300 + 0.2 * 30);
    const random = items.filter((item) => item.placedBy === 'random');
    for (const item of random) expect(item.inclusionProbability).toBeCloseTo(chance, 12);
    expect(random.length).toBeLessThan(20);
    expect(items.length - random.length).toBeGreaterThan(25);
    expect(items.length - random.length).toBeLessThanOrEqual(30);
  });

  test('by diversity starts far from what is labelled and leaves copies out', async () => {
    const windows = await addWindows(await addSeries('A'), ruleSetId, apart(6));
    const champion = await addChampion('v0_1_0');
    const angles = [0, 1, 90, 40, 90, 175];
    await addPredictions(
      champion,
      windows.map((windowId, i) => ({ windowId, probabilities: sure(0, 0.8), angle: angles[i] })),
    );
    await annotate(await addPerson('ann'), labelInput({ itemId: null, windowId: windows[0] }));
    const id = await queueOf({ filter: { labelled: 'no' }, mix: { diversity: 1 } });
    await makeOrder(id);
    const order = (await itemsOf(id)).map(({ windowId }) => angles[windows.indexOf(windowId)]);
    expect(order).toEqual([175, 90, 40, 1]);
  });

  test('by drift takes of the newest windows those whose like has no label yet', async () => {
    const windows = await addWindows(await addSeries('A'), ruleSetId, apart(40));
    const champion = await addChampion('v0_1_0');
    // Of the newest ten every second one is unlike all before it; of the 32 without a label the newest quarter counts.
    const isNew = (i: number) => i >= 30 && i % 2 === 0;
    await addPredictions(
      champion,
      windows.map((windowId, i) => ({ windowId, probabilities: sure(0, 0.8), angle: isNew(i) ? 90 : 0 })),
    );
    const ann = await addPerson('ann');
    for (const windowId of windows.slice(0, 8)) await annotate(ann, labelInput({ itemId: null, windowId }));
    const id = await queueOf({ filter: { labelled: 'no' }, mix: { drift: 1 } });
    await makeOrder(id);
    const items = await itemsOf(id);
    expect(new Set(items.map(({ windowId }) => windowId))).toEqual(
      new Set(windows.filter((_, i) => i >= 32 && isNew(i))),
    );
    expect(new Set(items.map(({ placedBy }) => placedBy))).toEqual(new Set(['drift']));
  });

  test('without a model gives the places to the others, or to nobody, and says so', async () => {
    await addWindows(await addSeries('A'), ruleSetId, apart(10));
    const some = await queueOf({ mix: { deficit: 0.4, uncertainty: 0.4, diversity: 0.2 } });
    expect(await makeOrder(some)).toMatchObject({
      placed: 10,
      notes: [
        'Uncertainty and diversity read a model’s predictions, and no model is champion yet: the other strategies get 60 % of the places more.',
      ],
    });
    expect(new Set((await itemsOf(some)).map((item) => item.placedBy))).toEqual(new Set(['deficit']));
    const none = await queueOf({ mix: { disagreement: 1 } });
    const { placed, notes } = await makeOrder(none);
    expect(placed).toBe(0);
    expect(notes[0]).toContain('the queue stays empty until one is');
  });

  test('leaves out what the model has not predicted, and asks the former champion until the new one has caught up', async () => {
    const windows = await addWindows(await addSeries('A'), ruleSetId, apart(10));
    const former = await addChampion('v0_1_0');
    await addPredictions(
      former,
      windows.slice(0, 8).map((windowId) => ({ windowId, probabilities: sure(0, 0.8) })),
    );
    const champion = await addChampion('v0_2_0');
    await addPredictions(champion, [{ windowId: windows[9], probabilities: sure(1, 0.9) }]);
    const id = await queueOf({ mix: { uncertainty: 1 } });
    expect(await makeOrder(id)).toMatchObject({
      placed: 8,
      notes: [
        'v0_2_0 is still predicting; until it has caught up, v0_1_0 is asked.',
        'v0_1_0 has not predicted 2 of the 10 windows; uncertainty leaves them out.',
      ],
    });
    await addPredictions(
      champion,
      windows.slice(0, 9).map((windowId) => ({ windowId, probabilities: sure(0, 0.8) })),
    );
    expect(await makeOrder(id)).toMatchObject({ placed: 10, notes: [] });
    expect((await itemsOf(id))[0].windowId).toBeDefined();
  });
});

describe('an order', () => {
  /** As dense as a scan: one window in twenty bars. */
  const dense = (count: number): TestWindow[] =>
    Array.from({ length: count }, (_, i) => ({
      bar: 1_000 + 20 * i,
      weakClass: CLASS_IDS[(i * 7) % 5] as ClassId,
    }));

  test('keeps nothing from a lone analyst: of windows that overlap the earlier comes first', async () => {
    for (const symbol of ['A', 'B', 'C', 'D'])
      await addWindows(await addSeries(symbol), ruleSetId, dense(60));
    const id = await queueOf();
    await makeOrder(id);
    const ann = await addPerson('ann');
    let served = 0;
    for (;;) {
      const { items } = await claimItems(ann, { id, count: 40, holding: [], hold: 'ready' });
      if (items.length === 0) break;
      for (const item of items) await annotate(ann, labelInput(item));
      served += items.length;
    }
    const { rows } = await getPool().query<{ kept: number }>(
      `SELECT count(*)::int AS "kept" FROM "QueueItem" WHERE "queueId" = $1 AND NOT "done"`,
      [id],
    );
    expect(served + rows[0].kept).toBe(240);
    // Without regard to time more than half of windows as dense as these are kept from one person.
    expect(rows[0].kept).toBe(0);
  });

  test('is made while people work: nothing is lost, doubled or taken out of a hand', async () => {
    for (const symbol of ['A', 'B']) await addWindows(await addSeries(symbol), ruleSetId, apart(150));
    const id = await queueOf();
    await makeOrder(id);
    const people = await Promise.all([1, 2, 3, 4].map((n) => addPerson(`p${n}`)));
    const seen: string[] = [];
    const work = people.map(async (person) => {
      for (let round = 0; round < 12; round++) {
        const { items } = await claimItems(person, { id, count: 3, holding: [], hold: 'ready' });
        for (const item of items) {
          await annotate(person, labelInput(item));
          seen.push(item.windowId);
        }
      }
    });
    const orders = (async () => {
      for (let i = 0; i < 6; i++) await makeOrder(id);
    })();
    await Promise.all([...work, orders]);
    const items = await itemsOf(id);
    expect(items).toHaveLength(300);
    expect(new Set(items.map(({ windowId }) => windowId)).size).toBe(300);
    expect(new Set(seen).size).toBe(seen.length);
    expect(
      items
        .filter(({ done }) => done)
        .map(({ windowId }) => windowId)
        .sort(),
    ).toEqual([...seen].sort());
  });

  test('hides the wanted share of windows, and another share when that changes, but for those that were served', async () => {
    await addWindows(await addSeries('A'), ruleSetId, apart(200));
    const id = await queueOf({ blindShare: 0.3 });
    await makeOrder(id);
    const blind = (items: Item[]) => items.filter((item) => item.blind).length;
    const before = await itemsOf(id);
    expect(blind(before)).toBeGreaterThan(35);
    expect(blind(before)).toBeLessThan(85);
    const ann = await addPerson('ann');
    const { items } = await claimItems(ann, { id, count: 20, holding: [], hold: 'ready' });
    await updateQueue(OPERATOR, { id, blindShare: 0 });
    await makeOrder(id);
    const after = await itemsOf(id);
    const hadInHand = new Set(items.map(({ windowId }) => windowId));
    for (const item of after) {
      if (hadInHand.has(item.windowId))
        expect(item.blind).toBe(before.find(({ windowId }) => windowId === item.windowId)?.blind);
    }
    expect(blind(after.slice(40))).toBe(0);
  });

  test('opens windows again that a raised overlap wants more answers to', async () => {
    await addWindows(await addSeries('A'), ruleSetId, apart(4));
    const id = await queueOf();
    await makeOrder(id);
    const ann = await addPerson('ann');
    for (const item of (await claimItems(ann, { id, count: 4, holding: [], hold: 'ready' })).items) {
      await annotate(ann, labelInput(item));
    }
    expect((await itemsOf(id)).every(({ done }) => done)).toBe(true);
    await updateQueue(OPERATOR, { id, overlap: 2 });
    await makeOrder(id);
    expect((await itemsOf(id)).every(({ done }) => !done)).toBe(true);
    const ben = await addPerson('ben');
    expect((await claimItems(ben, { id, count: 9, holding: [], hold: 'ready' })).items).toHaveLength(4);
    await updateQueue(OPERATOR, { id, overlap: 1 });
    await makeOrder(id);
    expect((await itemsOf(id)).every(({ done }) => done)).toBe(true);
  });

  test('after scans fills every queue that takes what is new, and leaves the others and archived ones alone', async () => {
    const flags = await queueOf({ filter: { classes: ['flag'] } });
    const wedges = await queueOf({ filter: { classes: ['wedge'] } });
    const archived = await queueOf({ filter: { classes: ['flag'] } });
    const byHand = await queueOf({ filter: null });
    await updateQueue(OPERATOR, { id: archived, archived: true });
    await addWindows(await addSeries('A'), ruleSetId, apart(7));
    expect(await fillQueues(OPERATOR)).toEqual({ added: 14 });
    expect(await itemsOf(flags)).toHaveLength(7);
    for (const id of [wedges, archived, byHand]) expect(await itemsOf(id)).toEqual([]);
    const before = await itemsOf(flags);
    expect(await fillQueues(OPERATOR)).toEqual({ added: 0 });
    expect(await itemsOf(flags)).toEqual(before);
  });

  test('of a queue that is not there is refused', async () => {
    await expect(makeOrder(999_999)).rejects.toMatchObject({ code: 'not_found' });
  });
});
