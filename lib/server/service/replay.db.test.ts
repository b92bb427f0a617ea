import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { REPLAY_BARS, replayApi } from '@/lib/contract/replay.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { HOUR, headedCsv, importFile, START, useScratchHome, walkBars } from '../testing/bar-files.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, labelInput, retractionInput } from '../testing/labelling.ts';
import { annotate } from './label.ts';
import { makeWindow } from './make-window.ts';
import { replayWindow } from './replay.ts';

let database: TestDatabase;
let removeHome: () => Promise<void>;
let seriesId: number;
let ann: Actor;

const BARS = walkBars(900, 7);
const tsOf = (bar: number) => START + bar * HOUR;

beforeAll(async () => {
  removeHome = await useScratchHome();
  database = await testDatabase();
  configureDatabase(database.url);
  ({ seriesId } = await importFile(headedCsv(BARS), { symbol: 'PLAYED' }));
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
  await removeHome();
});

beforeEach(async () => {
  await getPool().query('TRUNCATE "Window" CASCADE');
  ann = await addPerson('ann');
});

const windowAt = async (bar: number) => (await makeWindow(ann, { id: seriesId, ts: tsOf(bar) })).windowId;

async function label(windowId: string, person = ann) {
  const input = labelInput({ itemId: null, windowId });
  const { annotation } = await annotate(person, input);
  const { sawFuture } = await getDb().annotation.findUniqueOrThrow({ where: { id: annotation.id } });
  return { ...input, sawFuture };
}

test('whoever has answered is shown the bars after t, and nobody else', async () => {
  const id = await windowAt(600);
  await expect(replayWindow(ann, { id })).rejects.toMatchObject({ code: 'conflict' });
  await label(id, await addPerson('ben'));
  await expect(replayWindow(ann, { id })).rejects.toMatchObject({ code: 'conflict' });
  const given = await label(id);
  const replay = replayApi.replayWindow.out.parse(await replayWindow(ann, { id }));
  expect(replay).toMatchObject({ ts: tsOf(600), later: REPLAY_BARS, series: { symbol: 'PLAYED' } });
  expect(replay.snapshot.bars.ts.at(-1)).toBe(tsOf(600 + REPLAY_BARS));
  expect(replay.snapshot.bars.close.slice(-REPLAY_BARS)).toEqual(
    BARS.slice(601, 601 + REPLAY_BARS).map(({ close }) => Number(close)),
  );
  await annotate(ann, retractionInput(given));
  await expect(replayWindow(ann, { id })).rejects.toMatchObject({ code: 'conflict' });
});

test('a change after it, or another window that it gives away, saw the future; what it tells nothing of did not', async () => {
  const id = await windowAt(600);
  const given = await label(id);
  expect(given.sawFuture).toBe(false);
  await replayWindow(ann, { id });
  await annotate(ann, retractionInput(given));
  expect((await label(id)).sawFuture).toBe(true);
  expect((await label(await windowAt(600 + REPLAY_BARS - 1))).sawFuture).toBe(true);
  expect((await label(await windowAt(600 + REPLAY_BARS))).sawFuture).toBe(false);
  expect((await label(await windowAt(500))).sawFuture).toBe(false);
  expect((await label(id, await addPerson('ben'))).sawFuture).toBe(false);
});

test('it ends where the series ends, and there tells nothing', async () => {
  const id = await windowAt(897);
  await label(id);
  expect((await replayWindow(ann, { id })).later).toBe(2);
  const last = await windowAt(899);
  const given = await label(last);
  expect((await replayWindow(ann, { id: last })).later).toBe(0);
  await annotate(ann, retractionInput(given));
  expect((await label(last)).sawFuture).toBe(false);
});

test('a window whose bars were restated cannot be replayed', async () => {
  const id = await windowAt(600);
  await label(id);
  await getPool().query('UPDATE "Window" SET "stale" = true');
  await expect(replayWindow(ann, { id })).rejects.toThrow('restated');
});
