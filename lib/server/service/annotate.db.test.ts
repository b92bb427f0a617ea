import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { annotationInputSchema, type LabelItem, labelApi } from '@/lib/contract/label.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { type Actor, OPERATOR } from '../auth/actor.ts';
import { packSnapshot } from '../bars/snapshot-bytes.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  addPerson,
  addQueue,
  expireLeases,
  labelInput,
  retractionInput,
  skipInput,
  snapshotEndingAt,
} from '../testing/labelling.ts';
import { annotate, claimItems, myAnswers, ownAnswers } from './label.ts';
import { queueProgress } from './queue.ts';
import { labelsOfRecord } from './record.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

async function claim(person: Actor, id: number, count: number, holding: string[] = []): Promise<LabelItem[]> {
  return (await claimItems(person, { id, count, holding, hold: 'ready' })).items;
}

async function itemState(itemId: string): Promise<{ answered: number; done: boolean; leases: number }> {
  const { rows } = await getPool().query<{ answered: number; done: boolean; leases: number }>(
    `SELECT "answered", "done", (SELECT count(*)::int FROM "Lease" WHERE "queueItemId" = i."id") AS "leases"
       FROM "QueueItem" i WHERE "id" = $1`,
    [itemId],
  );
  return rows[0];
}

async function records(queueId: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const row of labelsOfRecord(OPERATOR, { queueId })) found[row.windowId] = row.label;
  return found;
}

test('the same answer sent ten times at once is stored once and answered the same ten times', async () => {
  const { queueId } = await addQueue(1, 3);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  const input = labelInput(item, 'wedge');
  const answers = await Promise.all(Array.from({ length: 10 }, () => annotate(ann, input)));
  for (const answer of answers) {
    expect(answer).toEqual(answers[0]);
    labelApi.annotate.out.parse(answer);
  }
  const { rows } = await getPool().query('SELECT 1 FROM "Annotation" WHERE "windowId" = $1', [item.windowId]);
  expect(rows).toHaveLength(1);
  expect(await itemState(item.itemId)).toEqual({ answered: 1, done: false, leases: 0 });
});

test('an id that is taken by another content or another person is a conflict and changes nothing', async () => {
  const { queueId } = await addQueue(2);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const [item, other] = await claim(ann, queueId, 2);
  const input = labelInput(item, 'flag');
  await annotate(ann, input);
  const changed = [
    { ...input, label: 'wedge' as const },
    { ...input, elapsedMs: input.elapsedMs + 1 },
    { ...input, note: 'on second thought' },
    { ...input, sawFuture: true },
    { ...input, answeredAt: new Date(Date.parse(input.answeredAt) + 1).toISOString() },
    { ...input, windowId: other.windowId, itemId: other.itemId },
    { ...skipInput(item), id: input.id },
  ];
  for (const again of changed) {
    await expect(annotate(ann, annotationInputSchema.parse(again))).rejects.toMatchObject({
      code: 'conflict',
    });
  }
  await expect(annotate(ben, input)).rejects.toMatchObject({ code: 'conflict' });
  expect(await itemState(other.itemId)).toEqual({ answered: 0, done: false, leases: 1 });
  expect(await records(queueId)).toEqual({ [item.windowId]: 'flag' });
});

test('undo goes back five answers, each window at once in hand again, and newer answers follow', async () => {
  const { queueId } = await addQueue(8);
  const ann = await addPerson('ann');
  const items = await claim(ann, queueId, 5);
  for (const item of items) await annotate(ann, labelInput(item));
  for (let step = 4; step >= 0; step--) {
    const [newest] = (await myAnswers(ann, { queueId, limit: 1 })).answers;
    const { item, reason } = await annotate(ann, retractionInput(newest));
    expect(item?.windowId).toBe(items[step].windowId);
    expect(item?.snapshot.bars.ts.at(-1)).toBe(items[step].ts);
    expect(reason).toBeNull();
    expect(await itemState(items[step].itemId)).toEqual({ answered: 0, done: false, leases: 1 });
  }
  expect(await records(queueId)).toEqual({});
  expect((await myAnswers(ann, { queueId, limit: 10 })).answers).toEqual([]);
  for (const item of items) await annotate(ann, labelInput(item, 'none'));
  expect(await records(queueId)).toEqual(Object.fromEntries(items.map(({ windowId }) => [windowId, 'none'])));
});

test('an answer that is taken back twice is a conflict, the same retraction twice is not', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  const { annotation } = await annotate(ann, labelInput(item));
  const undo = retractionInput(annotation);
  const tries = await Promise.all(Array.from({ length: 5 }, () => annotate(ann, undo)));
  for (const { annotation: row, item: back } of tries) {
    expect(row).toEqual(tries[0].annotation);
    expect(back?.windowId).toBe(item.windowId);
  }
  await expect(annotate(ann, retractionInput(annotation))).rejects.toMatchObject({ code: 'conflict' });
  await expect(annotate(ann, { ...undo, id: uuidv7(), retractsId: undo.id })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await itemState(item.itemId)).toEqual({ answered: 0, done: false, leases: 1 });
});

test('two different retractions of one answer at once: one holds, the other is a conflict', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  const { annotation } = await annotate(ann, labelInput(item));
  const results = await Promise.allSettled([1, 2, 3].map(() => annotate(ann, retractionInput(annotation))));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await itemState(item.itemId)).toEqual({ answered: 0, done: false, leases: 1 });
});

test('only its own person takes an answer back, and an unknown one is not found', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const [item] = await claim(ann, queueId, 1);
  const { annotation } = await annotate(ann, labelInput(item));
  await expect(annotate(ben, retractionInput(annotation))).rejects.toMatchObject({ code: 'conflict' });
  await expect(annotate(ann, retractionInput({ ...annotation, id: uuidv7() }))).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('an answer whose window went to someone else is kept, marked surplus, and does not count', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const [anns] = await claim(ann, queueId, 1);
  await expireLeases(ann);
  const [bens] = await claim(ben, queueId, 1);
  expect(bens.windowId).toBe(anns.windowId);
  const late = await annotate(ann, labelInput(anns, 'wedge'));
  expect(late.annotation.surplus).toBe(true);
  expect(await itemState(anns.itemId)).toEqual({ answered: 0, done: false, leases: 1 });
  // Until the other answer comes the late one is all there is; then they disagree, and a reviewer must decide.
  expect(await records(queueId)).toEqual({ [anns.windowId]: 'wedge' });
  expect((await annotate(ben, labelInput(bens, 'flag'))).annotation.surplus).toBe(false);
  expect(await itemState(anns.itemId)).toEqual({ answered: 1, done: true, leases: 0 });
  expect(await records(queueId)).toEqual({});
  // Taking the surplus one back leaves the counted one alone, and there is no place to come back to.
  const undone = await annotate(ann, retractionInput(late.annotation));
  expect(undone.item).toBeNull();
  expect(undone.reason).toContain('someone else');
  expect(await itemState(anns.itemId)).toEqual({ answered: 1, done: true, leases: 0 });
  expect(await records(queueId)).toEqual({ [anns.windowId]: 'flag' });
});

test('a late surplus answer that disagrees makes a conflict instead of overruling the one before it', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const [anns] = await claim(ann, queueId, 1);
  await expireLeases(ann);
  const [bens] = await claim(ben, queueId, 1);
  const { annotation } = await annotate(ben, labelInput(bens, 'flag'));
  expect((await annotate(ann, labelInput(anns, 'wedge'))).annotation.surplus).toBe(true);
  expect(await records(queueId)).toEqual({});
  await annotate(ben, retractionInput(annotation));
  expect(await records(queueId)).toEqual({ [anns.windowId]: 'wedge' });
});

test('an answer after an ended lease that nobody took counts', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  await expireLeases(ann);
  expect((await annotate(ann, labelInput(item))).annotation.surplus).toBe(false);
  expect(await itemState(item.itemId)).toEqual({ answered: 1, done: true, leases: 0 });
});

test('a second label by the same person (two tabs) is surplus, so overlap counts people', async () => {
  const { queueId } = await addQueue(1, 2);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  expect((await annotate(ann, labelInput(item, 'flag'))).annotation.surplus).toBe(false);
  expect((await annotate(ann, labelInput(item, 'wedge'))).annotation.surplus).toBe(true);
  expect(await itemState(item.itemId)).toEqual({ answered: 1, done: false, leases: 0 });
});

test('a skip leaves the window to others; undone, it is in hand again', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const [item] = await claim(ann, queueId, 1);
  const { annotation } = await annotate(ann, skipInput(item));
  expect(annotation).toMatchObject({ kind: 'skip', skipReason: 'unclear', label: null, surplus: false });
  expect(await itemState(item.itemId)).toEqual({ answered: 0, done: false, leases: 0 });
  expect(await claim(ann, queueId, 1)).toEqual([]);
  expect((await annotate(ann, retractionInput(annotation))).item?.windowId).toBe(item.windowId);
  expect(await claim(ben, queueId, 1)).toEqual([]);
  await annotate(ann, skipInput(item));
  const [bens] = await claim(ben, queueId, 1);
  await annotate(ben, labelInput(bens));
  expect(await records(queueId)).toEqual({ [item.windowId]: 'flag' });
});

test('an answer must name an item of its own window, and a window that is there', async () => {
  const { queueId } = await addQueue(2);
  const ann = await addPerson('ann');
  const [first, second] = await claim(ann, queueId, 2);
  const wrong = [
    { ...first, windowId: second.windowId },
    { ...first, windowId: uuidv7() },
    { itemId: null, windowId: uuidv7() },
  ];
  for (const target of wrong) {
    await expect(annotate(ann, labelInput(target))).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('an answer to an item that was dropped meanwhile is kept without it, the same once sent again', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  await getPool().query('DELETE FROM "QueueItem" WHERE "id" = $1', [item.itemId]);
  const input = labelInput(item, 'wedge');
  const first = await annotate(ann, input);
  expect(first.annotation).toMatchObject({ itemId: null, label: 'wedge', surplus: false });
  expect(await annotate(ann, input)).toEqual(first);
  expect((await annotate(ann, retractionInput(first.annotation))).reason).toContain('no queue');
  const skipped = await annotate(ann, skipInput(item));
  expect(skipped.annotation).toMatchObject({ itemId: null, skipReason: 'unclear' });
});

test('a label without a queue is of record too, and can be taken back', async () => {
  const { queueId, windowIds } = await addQueue(1);
  const ann = await addPerson('ann');
  const { annotation } = await annotate(ann, labelInput({ itemId: null, windowId: windowIds[0] }, 'blowoff'));
  expect(await records(queueId)).toEqual({ [windowIds[0]]: 'blowoff' });
  const { item, reason } = await annotate(ann, retractionInput(annotation));
  expect(item).toBeNull();
  expect(reason).toContain('no queue');
  expect(await records(queueId)).toEqual({});
});

test('the command line cannot answer, and a stored answer cannot be changed', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  await expect(annotate(OPERATOR, labelInput(item))).rejects.toMatchObject({ code: 'forbidden' });
  const { annotation } = await annotate(ann, labelInput(item));
  await expect(
    getPool().query(`UPDATE "Annotation" SET "label" = 'none' WHERE "id" = $1`, [annotation.id]),
  ).rejects.toThrow('append-only');
});

test('progress counts labels of record, what is left, and the own pace', async () => {
  const { queueId } = await addQueue(5);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const items = await claim(ann, queueId, 3);
  await annotate(ann, labelInput(items[0], 'flag'));
  await annotate(ann, labelInput(items[1], 'none'));
  const { annotation } = await annotate(ann, labelInput(items[2], 'none'));
  const progress = await queueProgress(ann, { id: queueId });
  labelApi.queueProgress.out.parse(progress);
  expect(progress).toMatchObject({ total: 5, remaining: 2, labelled: { flag: 1, none: 2, wedge: 0 } });
  expect(progress.targets).toMatchObject({ flag: 10, wedge: 0 });
  expect(progress.mine.answers).toBe(3);
  expect(progress.mine.perMinute).toBeGreaterThan(0);
  await annotate(ann, retractionInput(annotation));
  expect(await queueProgress(ann, { id: queueId })).toMatchObject({
    remaining: 3,
    labelled: { flag: 1, none: 1 },
    mine: { answers: 2 },
  });
  expect((await queueProgress(ben, { id: queueId })).mine).toEqual({ answers: 0, perMinute: null });
  await expect(queueProgress(ann, { id: 999_999 })).rejects.toMatchObject({ code: 'not_found' });
});

const MARKS = { pole: { start: -40, end: -31 }, consolidation: { start: -30, end: -3 } };

test('the pole that a person drew is measured, stored with the label, and comes back with it', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  const { close } = item.snapshot.bars;
  const opened = openSnapshot(snapshotEndingAt(item.ts, item.ts / 3_600_000));
  const { t } = opened;
  const height = Math.abs(close[t - 31] - close[t - 41]);
  const input = { ...labelInput(item, 'flag'), marks: MARKS };
  const { annotation } = await annotate(ann, input);
  expect(annotation.marks).toEqual(MARKS);
  expect(annotation.poleKatr).toBeCloseTo(height / opened.indicators.atr[t], 12);
  expect(await annotate(ann, input)).toMatchObject({ annotation });
  const moved = { ...MARKS, pole: { start: -41, end: -31 } };
  await expect(annotate(ann, { ...input, marks: moved })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('another marks'),
  });
  expect((await myAnswers(ann, { queueId, limit: 1 })).answers).toEqual([annotation]);
  for await (const row of labelsOfRecord(OPERATOR, { queueId }))
    expect(row).toMatchObject({ label: 'flag', poleKatr: annotation.poleKatr });
});

test.each([
  [{ ...MARKS, pole: { start: -63, end: -31 } }, 'flag', 'marks.pole.start'],
  [{ ...MARKS, pole: { start: -31, end: -31 } }, 'flag', 'marks.pole.end'],
  [{ ...MARKS, consolidation: { start: -31, end: -3 } }, 'flag', 'marks.consolidation.start'],
  [{ ...MARKS, consolidation: { start: -30, end: 1 } }, 'flag', 'marks.consolidation.end'],
  [{ ...MARKS, pole: { start: -40.5, end: -31 } }, 'flag', 'marks.pole.start'],
  [MARKS, 'wedge', 'marks'],
] as const)(
  'marks %j of a %s are refused, and the fault is named by its place: %s',
  (marks, label, place) => {
    const input = {
      ...labelInput({ itemId: null, windowId: uuidv7() }, label),
      marks,
    };
    const { success, error } = annotationInputSchema.safeParse(input);
    expect(success).toBe(false);
    expect(error?.issues.map(({ path }) => path.join('.'))).toContain(place);
  },
);

test('a pole without height is refused by name, and nothing of the answer is stored', async () => {
  const { queueId } = await addQueue(1);
  const ann = await addPerson('ann');
  const [item] = await claim(ann, queueId, 1);
  const flat = snapshotEndingAt(item.ts, 1);
  flat.bars.open.fill(100);
  flat.bars.close.fill(100);
  flat.bars.high.fill(101);
  flat.bars.low.fill(99);
  const { bytes } = await packSnapshot(flat);
  await getPool().query(
    `UPDATE "Snapshot" SET "bytes" = $2 WHERE "hash" = (SELECT "snapshotHash" FROM "Window" WHERE "id" = $1)`,
    [item.windowId, bytes],
  );
  await expect(annotate(ann, { ...labelInput(item), marks: MARKS })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('a pole has a height'),
    issues: [{ path: 'marks.pole' }],
  });
  expect((await myAnswers(ann, { queueId, limit: 10 })).answers).toEqual([]);
  expect(await itemState(item.itemId)).toEqual({ answered: 0, done: false, leases: 1 });
});

test("the team's pole is the median of those who drew one", async () => {
  const { queueId } = await addQueue(1, 3);
  const people = await Promise.all(['ann', 'ben', 'cat'].map((name) => addPerson(name)));
  const poles: number[] = [];
  for (const [i, person] of people.entries()) {
    const [item] = await claim(person, queueId, 1);
    const marks = { ...MARKS, pole: { start: -40 - 3 * i, end: -31 } };
    const { annotation } = await annotate(person, { ...labelInput(item), ...(i < 2 ? { marks } : {}) });
    if (annotation.poleKatr !== null) poles.push(annotation.poleKatr);
  }
  expect(poles).toHaveLength(2);
  const found: (number | null)[] = [];
  for await (const row of labelsOfRecord(OPERATOR, { queueId })) found.push(row.poleKatr);
  expect(found).toEqual([expect.closeTo((poles[0] + poles[1]) / 2, 12)]);
});

test('people see all that they answered, page by page, and nobody else’s; what was taken back is marked', async () => {
  const { queueId } = await addQueue(6);
  const ann = await addPerson('ann');
  const ben = await addPerson('ben');
  const items = await claim(ann, queueId, 5);
  await annotate(ben, labelInput({ itemId: null, windowId: items[0].windowId }));
  await annotate(ann, { ...labelInput(items[0]), marks: MARKS });
  await annotate(ann, { ...labelInput(items[1], 'wedge'), note: 'steep' });
  await annotate(ann, skipInput(items[2]));
  const { annotation } = await annotate(ann, labelInput(items[3], 'none'));
  await annotate(ann, retractionInput(annotation));
  const seen: string[] = [];
  let after: string | undefined;
  for (let more = true; more; ) {
    const page = await ownAnswers(ann, { limit: 3, ...(after ? { after } : {}) });
    labelApi.ownAnswers.out.parse(page);
    seen.push(...page.answers.map(({ windowId }) => windowId));
    after = page.answers.at(-1)?.id;
    more = page.more;
  }
  expect(seen).toEqual([3, 2, 1, 0].map((i) => items[i].windowId));
  const only = async (what: 'flag' | 'skip' | 'note' | 'blowoff') =>
    (await ownAnswers(ann, { only: what, limit: 50 })).answers;
  expect(await only('flag')).toMatchObject([{ queueId, marks: MARKS, timeframe: '1h', ts: items[0].ts }]);
  expect(await only('note')).toMatchObject([{ label: 'wedge', note: 'steep', retractedAt: null }]);
  expect(await only('skip')).toMatchObject([{ label: null, skipReason: 'unclear' }]);
  expect(await only('blowoff')).toEqual([]);
  const [newest] = (await ownAnswers(ann, { limit: 1 })).answers;
  expect(newest.retractedAt).not.toBeNull();
  // Another's answer is no place to go on from.
  const [bens] = (await ownAnswers(ben, { limit: 1 })).answers;
  expect((await ownAnswers(ann, { after: bens.id, limit: 50 })).answers).toEqual([]);
});
