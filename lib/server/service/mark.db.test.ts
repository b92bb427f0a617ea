import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { insertPredictions } from '../repo/prediction.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  addPerson,
  addRuleSet,
  addSeries,
  addWindows,
  labelInput,
  retractionInput,
  skipInput,
} from '../testing/labelling.ts';
import { annotate } from './label.ts';
import { modelMarks, peopleMarks, ruleMarks } from './mark.ts';

const HOUR = 3_600_000;
const BARS = [1000, 1100, 1200, 1300, 1400];

let database: TestDatabase;
let seriesId: number;
let windowIds: string[];
let ana: Actor;
let ben: Actor;
let rita: Actor;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  seriesId = await addSeries('MARKED');
  const ruleSetId = await addRuleSet(1);
  windowIds = await addWindows(seriesId, ruleSetId, [
    { bar: BARS[0], weakClass: 'flag' },
    { bar: BARS[1], weakClass: 'wedge', kind: 'near_miss' },
    { bar: BARS[2], weakClass: 'wedge' },
    { bar: BARS[3], weakClass: 'none', kind: 'sampled_none' },
    { bar: BARS[4], weakClass: 'blowoff' },
  ]);
  [ana, ben, rita] = await Promise.all([addPerson('Ana'), addPerson('Ben'), addPerson('Rita', 'reviewer')]);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

const all = () => ({ id: seriesId, from: 0, to: 2000 * HOUR });
const ofRules = () => ({ ...all(), ruleSetNumber: 1 });
const barsOf = (marks: { ts: number[] }) => marks.ts.map((ts) => ts / HOUR);

describe('marks of rules', () => {
  test('are the events of the range, both its ends included, and nothing that only nearly was one', async () => {
    const marks = await ruleMarks(ana, all());
    expect(marks).toMatchObject({
      ruleSet: { number: 1, name: 'test' },
      class: ['flag', 'wedge', 'blowoff'],
      direction: [0, 0, 0],
      next: null,
    });
    expect(barsOf(marks)).toEqual([1000, 1200, 1400]);
    const some = await ruleMarks(ana, { ...all(), from: 1200 * HOUR, to: 1400 * HOUR - 1 });
    expect(barsOf(some)).toEqual([1200]);
  });

  test('come a page at a time, each where the one before said', async () => {
    const first = await ruleMarks(ana, all(), 2);
    expect([barsOf(first), first.next]).toEqual([[1000, 1200], 1400 * HOUR]);
    const second = await ruleMarks(ana, { ...all(), from: first.next ?? 0 }, 2);
    expect([barsOf(second), second.next]).toEqual([[1400], null]);
  });

  test('of a rule set that never scanned the series are none, and of no series a refusal', async () => {
    const other = await addRuleSet(2);
    expect(await ruleMarks(ana, { ...all(), ruleSetNumber: 2 })).toMatchObject({ ruleSet: null, ts: [] });
    await addWindows(seriesId, other, [{ bar: 1500, weakClass: 'flag' }]);
    expect(barsOf(await ruleMarks(ana, { ...all(), ruleSetNumber: 2 }))).toEqual([1500]);
    expect(barsOf(await ruleMarks(ana, { ...all(), ruleSetNumber: 1 }))).toEqual([1000, 1200, 1400]);
    await expect(ruleMarks(ana, { ...all(), id: 999_999 })).rejects.toThrow('There is no series 999999.');
  });

  test('of a window whose bars were restated are gone', async () => {
    await getDb().window.update({ where: { id: windowIds[2] }, data: { stale: true } });
    expect(barsOf(await ruleMarks(ana, { ...all(), ruleSetNumber: 1 }))).toEqual([1000, 1400]);
    await getDb().window.update({ where: { id: windowIds[2] }, data: { stale: false } });
  });
});

describe('a window that is a blind item', () => {
  let itemId: string;
  beforeAll(async () => {
    const queue = await getDb().queue.create({
      data: { name: 'blind', targets: {}, seed: 1, createdBy: 'test' },
    });
    const item = await getDb().queueItem.create({
      data: {
        queueId: queue.id,
        position: 0,
        windowId: windowIds[0],
        seriesId,
        ts: 1000 * HOUR,
        clearFrom: 0,
        suggestedClass: 'flag',
        blind: true,
      },
    });
    itemId = String(item.id);
  });
  afterAll(async () => {
    await getDb().queueItem.update({ where: { id: BigInt(itemId) }, data: { blind: false } });
  });

  test('has no marks for an analyst until they have answered it, and for a reviewer as any other', async () => {
    expect(barsOf(await ruleMarks(ana, ofRules()))).toEqual([1200, 1400]);
    expect(barsOf(await ruleMarks(rita, ofRules()))).toEqual([1000, 1200, 1400]);
    const input = labelInput({ itemId, windowId: windowIds[0] }, 'none');
    await annotate(ben, skipInput({ itemId, windowId: windowIds[0] }));
    expect(barsOf(await ruleMarks(ben, ofRules()))).toEqual([1000, 1200, 1400]);
    expect(barsOf(await ruleMarks(ana, ofRules()))).toEqual([1200, 1400]);
    await annotate(ana, input);
    expect(barsOf(await ruleMarks(ana, ofRules()))).toEqual([1000, 1200, 1400]);
    await annotate(ana, retractionInput({ itemId, windowId: windowIds[0], id: input.id }));
    expect(barsOf(await ruleMarks(ana, ofRules()))).toEqual([1200, 1400]);
  });
});

describe('marks of people', () => {
  const target = (i: number) => ({ itemId: null, windowId: windowIds[i] });

  test('are the labels that stand: an analyst’s own alone, everybody’s with names for a reviewer', async () => {
    const own = labelInput(target(0), 'flag');
    const taken = labelInput(target(1), 'wedge');
    await annotate(ana, own);
    await annotate(ben, labelInput(target(0), 'none'));
    await annotate(ana, skipInput(target(2)));
    await annotate(ana, taken);
    await annotate(ana, retractionInput({ ...target(1), id: taken.id }));
    await annotate(ben, { ...labelInput(target(4), 'blowoff'), sawFuture: true });

    const { marks: hers } = await peopleMarks(ana, all());
    expect(hers).toEqual([
      expect.objectContaining({
        annotationId: own.id,
        windowId: windowIds[0],
        ts: 1000 * HOUR,
        label: 'flag',
        mine: true,
        author: null,
        fromQueue: false,
        answeredAt: own.answeredAt,
      }),
    ]);
    const { marks: everyones } = await peopleMarks(rita, all());
    expect(everyones.map(({ ts, label, author, mine }) => [ts / HOUR, label, author, mine])).toEqual([
      [1000, 'flag', 'Ana', false],
      [1000, 'none', 'Ben', false],
      [1400, 'blowoff', 'Ben', false],
    ]);
    expect(everyones.map(({ sawFuture }) => sawFuture)).toEqual([false, false, true]);
  });

  test('of one bar are never parted', async () => {
    const first = await peopleMarks(rita, all(), 2);
    expect([first.marks.length, first.next]).toEqual([2, 1400 * HOUR]);
    const carla = await addPerson('Carla');
    await annotate(carla, labelInput(target(4), 'flag'));
    const parted = await peopleMarks(rita, { ...all(), from: 1001 * HOUR }, 2);
    expect(parted.marks.map(({ label }) => label)).toEqual(['blowoff', 'flag']);
  });
});

describe('marks of the model', () => {
  async function addVersion(name: string): Promise<number> {
    const { id } = await getDb().modelVersion.create({
      data: {
        name,
        storageKey: name,
        modelSha256: 'x',
        modelBytes: 1,
        featureSchema: 1,
        classMap: [...CLASS_IDS],
        metrics: {},
      },
    });
    return id;
  }
  const prediction = (i: number, classIndex: number) => ({
    windowId: windowIds[i],
    probabilities: CLASS_IDS.map((_, c) => (c === classIndex ? 0.6 : 0.1)),
    quality: 0.6,
    poleKatr: classIndex === 0 ? 4.5 : null,
    embedding: [1, 0],
  });

  test('are none before the first promotion', async () => {
    expect(await modelMarks(ana, all())).toMatchObject({ version: null, ts: [], predicted: { windows: 0 } });
  });

  test('are the champion’s patterns by its most probable class, and say how much it has predicted', async () => {
    const champion = await addVersion('v0_1_0');
    const other = await addVersion('v0_2_0');
    await insertPredictions(champion, [prediction(0, 0), prediction(1, 4), prediction(2, 3)]);
    await insertPredictions(other, [prediction(4, 1)]);
    await getDb().aliasEvent.create({
      data: { alias: 'champion', versionId: champion, reason: 'test', actor: 'test' },
    });
    const marks = await modelMarks(ana, all());
    expect(marks).toMatchObject({
      version: 'v0_1_0',
      predicted: { windows: 3, total: 6 },
      class: ['flag', 'wick_exhaustion'],
      poleKatr: [4.5, null],
      next: null,
    });
    expect(barsOf(marks)).toEqual([1000, 1200]);
    expect(marks.quality.every((quality) => Math.abs(quality - 0.6) < 1e-6)).toBe(true);
    expect((await modelMarks(ana, all(), 1)).next).toBe(1200 * HOUR);
  });
});
