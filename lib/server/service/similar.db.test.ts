import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { similarApi } from '@/lib/contract/similar.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addQueue, addRuleSet, addSeries, addWindows, labelInput } from '../testing/labelling.ts';
import { addChampion, addPredictions } from '../testing/model.ts';
import { annotate, claimItems } from './label.ts';
import { similarWindows } from './similar.ts';

let database: TestDatabase;
let ruleSetId: number;
let ann: Actor;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  ruleSetId = await addRuleSet(1);
  ann = await addPerson('ann');
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

beforeEach(async () => {
  await getPool().query('TRUNCATE "Queue", "Window", "Series", "ModelVersion", "AliasEvent" CASCADE');
});

const PROBABILITIES = [0.2, 0.2, 0.2, 0.2, 0.2];

/** Windows that end at these bars of a new series. */
async function windowsOf(symbol: string, ...bars: number[]): Promise<string[]> {
  return addWindows(
    await addSeries(symbol),
    ruleSetId,
    bars.map((bar) => ({ bar, weakClass: 'flag' })),
  );
}

/** A champion that sees each window at its angle; what is so many degrees apart has their cosine as likeness. */
async function seenAt(angles: Readonly<Record<string, number>>): Promise<number> {
  const champion = await addChampion(`v0_1_${Math.floor(Math.random() * 1e6)}`);
  await addPredictions(
    champion,
    Object.entries(angles).map(([windowId, angle]) => ({ windowId, angle, probabilities: PROBABILITIES })),
  );
  return champion;
}

async function label(windowId: string, name: ClassId): Promise<void> {
  await annotate(ann, labelInput({ itemId: null, windowId }, name));
}

const asked = async (id: string, count = 6) =>
  similarApi.similarWindows.out.parse(await similarWindows(ann, { id, count }));

test('the most alike come first, with label, likeness and bars, and no more than were asked for', async () => {
  const [subject] = await windowsOf('A', 1_000);
  const [near, far, unlabelled] = await windowsOf('B', 1_000, 1_200, 1_400);
  await seenAt({ [subject]: 0, [near]: 10, [far]: 60, [unlabelled]: 1 });
  await label(near, 'wedge');
  await label(far, 'flag');
  const { windows, empty } = await asked(subject);
  expect(empty).toBeNull();
  expect(windows.map(({ windowId, label }) => [windowId, label])).toEqual([
    [near, 'wedge'],
    [far, 'flag'],
  ]);
  expect(windows[0].likeness).toBeCloseTo(Math.cos(Math.PI / 18), 5);
  expect(windows[0].series.symbol).toBe('B');
  expect(windows[0].snapshot.bars.ts.at(-1)).toBe(windows[0].ts);
  expect((await asked(subject, 1)).windows).toHaveLength(1);
});

test('nothing shows what came after the window, and one event stands there once', async () => {
  const [before, subject, after] = await windowsOf('A', 1_000, 1_200, 1_400);
  const [first, second] = await windowsOf('B', 1_000, 1_010);
  await seenAt({ [before]: 30, [subject]: 0, [after]: 1, [first]: 5, [second]: 4 });
  for (const id of [before, subject, after, first, second]) await label(id, 'flag');
  expect((await asked(subject)).windows.map(({ windowId }) => windowId)).toEqual([second, before]);
});

test('what somebody is still to be asked about gives its label away to nobody', async () => {
  const [subject, gold] = [...(await windowsOf('A', 1_000)), ...(await windowsOf('B', 1_000))];
  const {
    windowIds: [wanted],
  } = await addQueue(1, 2);
  await seenAt({ [subject]: 0, [gold]: 2, [wanted]: 3 });
  await label(gold, 'flag');
  await label(wanted, 'flag');
  await getPool().query(`INSERT INTO "GoldMark" ("windowId", "label", "userId") VALUES ($1, 'flag', $2)`, [
    gold,
    ann.id,
  ]);
  expect(await asked(subject)).toMatchObject({
    windows: [],
    empty: 'No labelled window can be compared yet.',
  });
});

test('a blind window is compared only once it is answered', async () => {
  const { queueId } = await addQueue(1);
  const [alike] = await windowsOf('A', 1_000);
  await getPool().query('UPDATE "QueueItem" SET "blind" = true');
  const {
    items: [item],
  } = await claimItems(ann, { id: queueId, count: 1, holding: [], hold: 'ready' });
  await seenAt({ [item.windowId]: 0, [alike]: 20 });
  await label(alike, 'blowoff');
  await expect(asked(item.windowId)).rejects.toMatchObject({ code: 'conflict' });
  await annotate(ann, labelInput(item));
  expect((await asked(item.windowId)).windows.map(({ windowId }) => windowId)).toEqual([alike]);
});

test('without a model, or without its word on the window, there are none, and it says why', async () => {
  const [subject] = await windowsOf('A', 1_000);
  expect(await asked(subject)).toEqual({
    version: null,
    windows: [],
    empty: 'No model has been promoted yet.',
  });
  await seenAt({});
  expect((await asked(subject)).empty).toContain('has not predicted this window on the server yet');
  await expect(asked('0190b5a0-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'not_found' });
});
