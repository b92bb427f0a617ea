import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { goldSchema } from '@/lib/contract/gold.ts';
import { gridApi } from '@/lib/contract/grid.ts';
import type { LabelItem } from '@/lib/contract/label.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  addPerson,
  addQueue,
  addRuleSet,
  addSeries,
  addWindows,
  labelInput,
  retractionInput,
  skipInput,
} from '../testing/labelling.ts';
import { freezeGold, getGold, markGold, salt, strew } from './gold.ts';
import { catchRates, claimPage, retractPage, submitPage } from './grid.ts';
import { annotate, claimItems, myAnswers } from './label.ts';
import { listQueues, queueProgress } from './queue.ts';
import { windowHistory } from './record.ts';

let database: TestDatabase;
let ann: Actor;
let rob: Actor;
let goldIds: string[];

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  await addRuleSet(1);
  rob = await addPerson('rob', 'reviewer');
  // Rules take all of them for flags; half of them are wedges.
  const windows = Array.from({ length: 80 }, (_, i) => ({ bar: 5_000 + 64 * i, weakClass: 'flag' as const }));
  goldIds = await addWindows(await addSeries('GOLD'), 1, windows);
  const vote = {
    rule: 'wedge',
    state: 'fired',
    direction: 0,
    poleKatr: null,
    conditions: [],
    marks: null,
    proxy: false,
  };
  await getPool().query('UPDATE "WeakLabel" SET "votes" = $2 WHERE "windowId" = ANY($1::uuid[])', [
    goldIds,
    JSON.stringify([vote]),
  ]);
  for (const [i, id] of goldIds.entries())
    await markGold(rob, { id, label: i % 2 ? 'wedge' : 'flag', note: null });
  await freezeGold(rob, { note: 'first' });
});

beforeEach(async () => {
  ann = await addPerson(`ann ${uuidv7()}`);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

async function setQueue(id: number, set: string): Promise<void> {
  await getPool().query(`UPDATE "Queue" SET ${set} WHERE "id" = $1`, [id]);
}

const page = (queueId: number, size: 12 | 24 | 48 = 12, holding: string[] = []) =>
  claimPage(ann, { id: queueId, class: 'flag', size, holding });

/** The page as its person sends it: all confirmed but what `exceptions` say. */
function sent(
  queueId: number,
  items: readonly LabelItem[],
  exception: (item: LabelItem) => ClassId | null = () => null,
) {
  return {
    id: uuidv7(),
    queueId,
    class: 'flag' as const,
    answers: items.map((item) => labelInput(item, exception(item) ?? 'flag')),
    elapsedMs: 9_000,
    answeredAt: new Date().toISOString(),
  };
}
const isGold = (item: LabelItem) => goldIds.includes(item.windowId);

/** Nothing in these windows, as the page reads them, tells a planted one from the others. */
function expectAlike(items: readonly LabelItem[]): void {
  const read = gridApi.retractPage.out.parse(JSON.parse(JSON.stringify({ items }))).items;
  expect(read.some(isGold)).toBe(true);
  expect(new Set(read.map(({ suggestion }) => suggestion?.class))).toEqual(new Set(['flag']));
  const shape = (item: LabelItem) =>
    JSON.stringify(item, (key, value) =>
      key === 'bars' ? 0 : typeof value === 'object' ? value : typeof value,
    );
  expect(new Set(read.map(shape)).size).toBe(1);
}

/** A page that surely holds a planted window. */
async function plantedPage(queueId: number): Promise<LabelItem[]> {
  for (let tries = 0; tries < 60; tries++) {
    const { items } = await page(queueId, 48);
    if (items.some(isGold)) return items;
    const leases = items.map(({ leaseId }) => leaseId);
    await getPool().query('DELETE FROM "Lease" WHERE "id" = ANY($1::uuid[])', [leases]);
    await getPool().query('DELETE FROM "QueueCursor" WHERE "queueId" = $1', [queueId]);
  }
  throw new Error('no planted window in 60 pages of 48');
}

describe('a page', () => {
  test('is of one class, whole, and its JSON does not tell a planted window from the others', async () => {
    const { queueId } = await addQueue(60);
    const items = await plantedPage(queueId);
    expect(items).toHaveLength(48);
    expectAlike(items);
    // Only what gold takes for something else is planted among flags.
    for (const item of items.filter(isGold)) expect(goldIds.indexOf(item.windowId) % 2).toBe(1);
  });

  test('takes only its class from the queue, and goes on where it was', async () => {
    const { queueId, windowIds } = await addQueue(60);
    await getPool().query(
      `UPDATE "QueueItem" SET "suggestedClass" = 'none' WHERE "queueId" = $1 AND "position" % 2 = 1`,
      [queueId],
    );
    const first = await page(queueId);
    const second = await page(
      queueId,
      12,
      first.items.map(({ leaseId }) => leaseId),
    );
    const plain = [...first.items, ...second.items].filter((item) => !isGold(item));
    expect(plain.map(({ windowId }) => windowId)).toEqual(
      windowIds.filter((_, i) => i % 2 === 0).slice(0, plain.length),
    );
    expect(second.held.length).toBe(first.items.length);
  });

  test('is recorded whole and once, however often it is sent', async () => {
    const { queueId } = await addQueue(30);
    const { items } = await page(queueId);
    const input = sent(queueId, items);
    const receipts = await Promise.all([
      submitPage(ann, input),
      submitPage(ann, input),
      submitPage(ann, input),
    ]);
    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
    const { rows } = await getPool().query(
      'SELECT count(*)::int AS "n" FROM "Annotation" WHERE "pageId" = $1',
      [input.id],
    );
    expect(rows[0].n).toBe(items.length);
    const { labelled, remaining } = await queueProgress(ann, { id: queueId });
    const plain = items.filter((item) => !isGold(item)).length;
    expect(labelled.flag).toBe(plain);
    expect(remaining).toBe(30 - plain);
  });

  test('with one answer that cannot be is refused whole', async () => {
    const { queueId } = await addQueue(30);
    const { items } = await page(queueId);
    const input = sent(queueId, items);
    const stranger = { ...input.answers[5], windowId: goldIds[0], itemId: items[0].itemId };
    await expect(
      submitPage(ann, { ...input, answers: [...input.answers.slice(0, 5), stranger] }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    const { rows } = await getPool().query(
      'SELECT count(*)::int AS "n" FROM "Annotation" WHERE "pageId" = $1',
      [input.id],
    );
    expect(rows[0].n).toBe(0);
    await submitPage(ann, input);
    await expect(submitPage(ann, { ...input, class: 'wedge' })).rejects.toMatchObject({ code: 'conflict' });
    const ben = await addPerson('ben');
    await expect(submitPage(ben, input)).rejects.toMatchObject({ code: 'conflict' });
    const changed = input.answers.map((one, i) => (i === 0 ? { ...one, label: 'none' as const } : one));
    await expect(submitPage(ann, { ...input, answers: changed })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is undone whole: no label stands, every window is in hand again, once', async () => {
    const { queueId } = await addQueue(30);
    const { items } = await page(queueId);
    const input = sent(queueId, items, ({ windowId }) => (windowId === items[3].windowId ? 'wedge' : null));
    await submitPage(ann, input);
    const again = { id: input.id, answeredAt: new Date().toISOString() };
    const back = await retractPage(ann, again);
    expect(new Set(back.items.map(({ windowId }) => windowId))).toEqual(
      new Set(items.map(({ windowId }) => windowId)),
    );
    expect(await retractPage(ann, again)).toMatchObject({ items: { length: back.items.length } });
    expect((await queueProgress(ann, { id: queueId })).labelled.flag).toBe(0);
    expect((await myAnswers(ann, { queueId, limit: 50 })).answers).toEqual([]);
    const { rows } = await getPool().query(
      `SELECT count(*)::int AS "n" FROM "Annotation" WHERE "pageId" = $1 AND "kind" = 'retraction'`,
      [input.id],
    );
    expect(rows[0].n).toBe(items.length);
    await expect(retractPage(await addPerson('ben'), again)).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('taken back does not tell its planted windows either, whole or one by one', async () => {
  const { queueId } = await addQueue(200);
  const items = await plantedPage(queueId);
  const input = sent(queueId, items);
  await submitPage(ann, input);
  const planted = items.find(isGold) as LabelItem;
  const one = input.answers.find(({ windowId }) => windowId === planted.windowId) as { id: string };
  const { item } = await annotate(ann, retractionInput({ ...planted, id: one.id }));
  expect(item?.suggestion).toEqual(planted.suggestion);
  const back = await retractPage(ann, { id: input.id, answeredAt: new Date().toISOString() });
  expectAlike(back.items);
});

describe('the catch rate', () => {
  test('counts planted windows that were not confirmed, and is told to reviewers by person', async () => {
    const { queueId } = await addQueue(200);
    const first = await plantedPage(queueId);
    const planted = first.filter(isGold).length;
    const noticed = await submitPage(
      ann,
      sent(queueId, first, (item) => (isGold(item) ? 'wedge' : null)),
    );
    expect(noticed.catchRate).toMatchObject({ hits: planted, trials: planted });
    const second = await plantedPage(queueId);
    const missed = second.filter(isGold).length;
    const { catchRate } = await submitPage(ann, sent(queueId, second));
    expect(catchRate).toMatchObject({ hits: planted, trials: planted + missed });
    // Told again with the next page: who comes back tomorrow knows it.
    expect((await page(queueId)).catchRate).toEqual(catchRate);
    const { people } = gridApi.catchRates.out.parse(await catchRates(rob, { id: queueId }));
    expect(people).toMatchObject([{ person: ann.name, pages: 2, cells: 96, returned: 0 }]);
    await expect(catchRates(ann, { id: queueId })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('below the floor sends the pages back: their windows are open again and nothing of them counts', async () => {
    const { queueId } = await addQueue(1_500);
    let met = 0;
    const pages: string[] = [];
    let returned: string[] = [];
    for (let tries = 0; returned.length === 0 && tries < 40; tries++) {
      const { items } = await page(queueId, 48);
      met += items.filter(isGold).length;
      const input = sent(queueId, items);
      pages.push(input.id);
      ({ returned } = await submitPage(ann, input));
    }
    expect(met).toBeGreaterThanOrEqual(8);
    expect(new Set(returned)).toEqual(new Set(pages));
    const { labelled, remaining } = await queueProgress(rob, { id: queueId });
    expect(labelled.flag).toBe(0);
    expect(remaining).toBe(1_500);
    expect((await catchRates(rob, { id: queueId })).people[0].returned).toBe(pages.length);
    // A page that went back is neither undone nor judged again.
    await expect(
      retractPage(ann, { id: pages[0], answeredAt: new Date().toISOString() }),
    ).rejects.toMatchObject({ code: 'conflict' });
    const { items } = await page(queueId, 12);
    expect((await submitPage(ann, sent(queueId, items))).returned).toEqual([]);
  });
});

describe('gold', () => {
  test('is frozen in versions: a later mark changes nothing until it is frozen too', async () => {
    const [id] = await addWindows(await addSeries('G2'), 1, [{ bar: 9_000, weakClass: 'flag' }]);
    const before = goldSchema.parse(await getGold(rob)).versions;
    await expect(freezeGold(rob, { note: null })).rejects.toMatchObject({ code: 'conflict' });
    expect(await markGold(rob, { id, label: 'wedge', note: null })).toEqual({ before: null });
    expect(await markGold(rob, { id, label: 'blowoff', note: 'sure' })).toEqual({ before: 'wedge' });
    expect((await getGold(rob)).versions).toEqual(before);
    expect((await getGold(rob)).marked.blowoff).toBe(1);
    await freezeGold(rob, { note: null });
    await markGold(rob, { id, label: null, note: 'not so sure' });
    const { versions, marked } = await getGold(rob);
    expect(versions[0]).toMatchObject({ number: before[0].number + 1, windows: { blowoff: 1 } });
    expect(versions.slice(1)).toEqual(before);
    expect(marked.blowoff).toBeUndefined();
    await freezeGold(rob, { note: null });
    await expect(getPool().query(`UPDATE "GoldWindow" SET "label" = 'none'`)).rejects.toThrow('append-only');
  });

  test('is for reviewers, and nothing that was labelled with the future in view', async () => {
    const { queueId } = await addQueue(1);
    const [item] = (await claimItems(ann, { id: queueId, count: 1, holding: [], hold: 'ready' })).items;
    await annotate(ann, { ...labelInput(item), sawFuture: true });
    await expect(markGold(rob, { id: item.windowId, label: 'flag', note: null })).rejects.toThrow(
      'later bars',
    );
    await expect(markGold(ann, { id: goldIds[0], label: 'flag', note: null })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(getGold(ann)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('comes among other windows at the chosen rate, looks like them, counts towards nothing, and is scored', async () => {
    const { queueId, windowIds } = await addQueue(120);
    await setQueue(queueId, `"goldShare" = 0.5`);
    const listed = (await listQueues(ann)).queues.length;
    const { items } = await claimItems(ann, { id: queueId, count: 50, holding: [], hold: 'ready' });
    const planted = items.filter(isGold);
    expect(items.length - planted.length).toBe(50);
    // 50 draws at one half: outside of this once in a million.
    expect(planted.length).toBeGreaterThan(7);
    expect(planted.length).toBeLessThan(43);
    expect(items.filter((item) => !isGold(item)).map(({ windowId }) => windowId)).toEqual(
      windowIds.slice(0, 50),
    );
    expect((await listQueues(ann)).queues).toHaveLength(listed);

    const records = async () => (await windowHistory(rob, { id: planted[0].windowId })).records.length;
    const recordsBefore = await records();
    for (const item of planted) {
      const { annotation, gold } = await annotate(ann, labelInput(item, 'flag'));
      expect(annotation.surplus).toBe(false);
      expect(gold).toBeNull();
    }
    expect(await records()).toBe(recordsBefore);
    const { total, labelled } = await queueProgress(ann, { id: queueId });
    expect([total, labelled.flag]).toEqual([120, 0]);
    const right = planted.filter(({ windowId }) => goldIds.indexOf(windowId) % 2 === 0).length;
    const score = (await getGold(rob)).people.find(({ person }) => person === ann.name);
    expect(score?.all).toMatchObject({ hits: right, trials: planted.length });
    // Undo walks back through them like through any other.
    const { answers } = await myAnswers(ann, { queueId, limit: 1 });
    expect(answers[0].windowId).toBe(planted.at(-1)?.windowId);
    const { item } = await annotate(ann, retractionInput(answers[0]));
    expect(item?.windowId).toBe(answers[0].windowId);
    const after = (await getGold(rob)).people.find(({ person }) => person === ann.name);
    expect(after?.all.trials).toBe(planted.length - 1);
  });

  test('hides its suggestion as often as the windows around it do', async () => {
    const { queueId } = await addQueue(120);
    await setQueue(queueId, `"goldShare" = 0.5, "blindShare" = 0.5`);
    const claim = async () =>
      (await claimItems(ann, { id: queueId, count: 50, holding: [], hold: 'ready' })).items.filter(isGold);
    const planted = await claim();
    const blind = planted.filter(({ suggestion }) => suggestion === null);
    expect(blind.length).toBeGreaterThan(0);
    expect(blind.length).toBeLessThan(planted.length);
    await setQueue(queueId, `"blindShare" = 1`);
    ann = await addPerson(`ann ${uuidv7()}`);
    expect(new Set((await claim()).map(({ suggestion }) => suggestion))).toEqual(new Set([null]));
  });

  test('tells what it says after the answer where the queue lets it', async () => {
    const { queueId } = await addQueue(80);
    await setQueue(queueId, `"goldShare" = 0.5, "feedback" = true`);
    const { items } = await claimItems(ann, { id: queueId, count: 40, holding: [], hold: 'ready' });
    const planted = items.find(isGold) as LabelItem;
    const { gold } = await annotate(ann, labelInput(planted, 'blowoff'));
    expect(gold).toBe(goldIds.indexOf(planted.windowId) % 2 ? 'wedge' : 'flag');
    // Said again in knowledge of it, the first word is the one that is scored.
    const score = async () => (await getGold(rob)).people.find(({ person }) => person === ann.name)?.all;
    const { answers } = await myAnswers(ann, { queueId, limit: 1 });
    await annotate(ann, retractionInput(answers[0]));
    expect(await score()).toMatchObject({ hits: 0, trials: 1 });
    await annotate(ann, labelInput(planted, gold ?? 'flag'));
    expect(await score()).toMatchObject({ hits: 0, trials: 1 });
    const plain = items.find((item) => !isGold(item)) as LabelItem;
    expect((await annotate(ann, labelInput(plain))).gold).toBeNull();
    expect((await annotate(ann, skipInput(items.filter(isGold)[1]))).gold).not.toBeUndefined();
  });

  test('never comes twice to a person, and its hidden queue cannot be claimed from', async () => {
    const { queueId } = await addQueue(400);
    await setQueue(queueId, `"goldShare" = 0.5`);
    const met: string[] = [];
    const holding: string[] = [];
    for (let i = 0; i < 8; i++) {
      const { items } = await claimItems(ann, { id: queueId, count: 50, holding, hold: 'ready' });
      met.push(...items.filter(isGold).map(({ windowId }) => windowId));
      holding.push(...items.map(({ leaseId }) => leaseId));
    }
    expect(new Set(met).size).toBe(met.length);
    expect(met).toHaveLength(80);
    const { rows } = await getPool().query<{ id: number }>('SELECT "id" FROM "Queue" WHERE "saltOf" = $1', [
      queueId,
    ]);
    const hidden = { id: rows[0].id, count: 1, holding: [], hold: 'ready' as const };
    await expect(claimItems(ann, hidden)).rejects.toMatchObject({ code: 'not_found' });
    await expect(queueProgress(ann, { id: rows[0].id })).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('what is strewn keeps the order of the many', () => {
  let seed = 0.1;
  const random = () => (seed = (seed * 7.77) % 1);
  const all = strew([...'abcdefgh'], [...'XYZ'], random);
  expect(all.filter((one) => one === one.toLowerCase()).join('')).toBe('abcdefgh');
  expect(all).toHaveLength(11);
});

test('nothing is drawn at a share of 0', async () => {
  expect(await salt(1_000, 0, { queueId: 1, userId: 'nobody', shownAs: null })).toEqual([]);
  expect(CLASS_IDS).toContain('flag');
});
