import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { jobPayloads } from '@/lib/contract/job-payload.ts';
import { newQueueSchema, queueApi, type SearchStarted } from '@/lib/contract/queue.ts';
import type { Vote } from '@/lib/core/rule/vote.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addRuleSet, addSeries, addWindows, labelInput } from '../testing/labelling.ts';
import { addChampion, addPredictions } from '../testing/model.ts';
import { annotate, claimItems } from './label.ts';
import { makeOrder } from './make-order.ts';
import { createQueue, updateQueue } from './manage-queue.ts';
import { runOrder } from './order-queue.ts';
import { mineDeficit, moreLikeThis } from './search-windows.ts';

let database: TestDatabase;
let ruleSetId: number;
let seriesId: number;

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
  await getPool().query('TRUNCATE "Queue", "Window", "Series", "ModelVersion", "AliasEvent", "Job" CASCADE');
  seriesId = await addSeries('A');
});

const windowsAt = (bars: readonly number[], weakClass: ClassId = 'none') =>
  addWindows(
    seriesId,
    ruleSetId,
    bars.map((bar) => ({ bar, weakClass, kind: 'near_miss' })),
  );
const apart = (count: number) => windowsAt(Array.from({ length: count }, (_, i) => 1_000 + 100 * i));

/** The flag rule's vote, whose one failing condition reaches `share` of its limit; null where two fail. */
async function setFlagVote(windowId: string, share: number | null): Promise<void> {
  const condition = (id: string, value: number) =>
    ({ id, value, comparator: '≥', limit: 10, holds: value >= 10 }) as const;
  const vote: Vote = {
    rule: 'flag',
    state: share === null ? 'no' : share >= 1 ? 'fired' : 'near',
    direction: 1,
    poleKatr: null,
    conditions: [condition('pole', 12), condition('body', share === null ? 1 : share * 10)],
    marks: null,
    proxy: false,
  };
  await getPool().query('UPDATE "WeakLabel" SET "votes" = $2 WHERE "windowId" = $1', [
    windowId,
    JSON.stringify([vote]),
  ]);
}

const flagWith = (p: number) => CLASS_IDS.map((_, c) => (c === 0 ? p : (1 - p) / 4));

/** Does the search that was started. */
async function finish({ started }: SearchStarted): Promise<{ queueId: number; found: string[] }> {
  if (!started) throw new Error('nothing was started');
  const job = await getDb().job.findUniqueOrThrow({ where: { id: started.jobId } });
  const { context } = jobContext(jobPayloads.order.parse(job.payload));
  await runOrder(context);
  const items = await getDb().queueItem.findMany({
    where: { queueId: started.queueId },
    orderBy: { position: 'asc' },
  });
  return { queueId: started.queueId, found: items.map(({ windowId }) => windowId) };
}

describe('mining a class', () => {
  test('ranks unlabelled windows by model, likeness and relaxed rule together', async () => {
    const windows = await apart(8);
    const champion = await addChampion('v0_1_0');
    const [accepted, all, model, likeness, rule, nothing, stale, other] = windows;
    await addPredictions(champion, [
      { windowId: accepted, probabilities: flagWith(0.9), angle: 0 },
      { windowId: all, probabilities: flagWith(0.8), angle: 5 },
      { windowId: model, probabilities: flagWith(0.7), angle: 80 },
      { windowId: likeness, probabilities: flagWith(0.1), angle: 10 },
      { windowId: rule, probabilities: flagWith(0.05), angle: 90 },
      { windowId: nothing, probabilities: flagWith(0.01), angle: 170 },
      { windowId: stale, probabilities: flagWith(0.99), angle: 0 },
      { windowId: other, probabilities: flagWith(0.02), angle: 160 },
    ]);
    await setFlagVote(all, 1);
    await setFlagVote(rule, 0.9);
    await setFlagVote(other, 0.5);
    await setFlagVote(nothing, null);
    await getPool().query('UPDATE "Window" SET "stale" = true WHERE "id" = $1', [stale]);
    await annotate(await addPerson('ann'), labelInput({ itemId: null, windowId: accepted }, 'flag'));
    const started = await mineDeficit(OPERATOR, { class: 'flag', count: 5, into: { name: 'need flags' } });
    queueApi.mineDeficit.out.parse(started);
    expect(started.notes).toEqual([]);
    const { queueId, found } = await finish(started);
    // Ranks by model, likeness and rule: all 1,1,1; model 2,3,-; likeness 3,2,-; rule 4,4,2; other 5,5,3; nothing 6,6,-.
    const score = (...ranks: number[]) => ranks.reduce((sum, rank) => sum + 1 / (60 + rank), 0);
    expect(score(4, 4, 2)).toBeGreaterThan(score(5, 5, 3));
    expect(score(5, 5, 3)).toBeGreaterThan(score(2, 3));
    expect(found).toEqual([all, rule, other, model, likeness]);
    const [item] = await getDb().queueItem.findMany({ where: { queueId } });
    expect(item).toMatchObject({ suggestedClass: 'flag', placedBy: 'mined', inclusionProbability: null });
  });

  test('without a model asks the rules and says so; for none there is then nothing to ask', async () => {
    const windows = await apart(3);
    await setFlagVote(windows[0], 0.3);
    await setFlagVote(windows[1], 0.8);
    const started = await mineDeficit(OPERATOR, { class: 'flag', count: 10, into: { name: 'need flags' } });
    expect(started.notes).toEqual(['No model is champion yet: only the rules were asked.']);
    expect((await finish(started)).found).toEqual([windows[1], windows[0]]);
    const none = await mineDeficit(OPERATOR, { class: 'none', count: 10, into: { name: 'need none' } });
    expect(none.started).toBeNull();
    expect(none.notes[0]).toContain('there is nothing to rank by');
    expect(await getDb().queue.count()).toBe(1);
  });

  test('into a queue that people work on puts what is found next, after what they have in hand', async () => {
    const windows = await windowsAt(
      Array.from({ length: 60 }, (_, i) => 1_000 + 100 * i),
      'none',
    );
    const { id } = await createQueue(OPERATOR, newQueueSchema.parse({ name: 'all', filter: {} }));
    await makeOrder(id);
    const ann = await addPerson('ann');
    const held = (await claimItems(ann, { id, count: 5, holding: [], hold: 'ready' })).items.map(
      ({ windowId }) => windowId,
    );
    const wanted = windows.filter((windowId) => !held.includes(windowId)).slice(-4);
    for (const [i, windowId] of wanted.entries()) await setFlagVote(windowId, 0.9 - i / 10);
    await setFlagVote(held[0], 0.95);
    const { found } = await finish(
      await mineDeficit(OPERATOR, { class: 'flag', count: 10, into: { queueId: id } }),
    );
    expect(found).toHaveLength(60);
    expect(found.slice(0, 5)).toEqual(held);
    // A few keep their places for those who go on meanwhile; a wanted one may be among them.
    const places = wanted.map((windowId) => found.indexOf(windowId));
    expect(Math.max(...places)).toBeLessThan(5 + 3 + 4);
    const items = await getDb().queueItem.findMany({ where: { queueId: id, placedBy: 'mined' } });
    expect(items.length).toBeGreaterThanOrEqual(3);
    await makeOrder(id);
    expect(await getDb().queueItem.count({ where: { queueId: id, placedBy: 'mined' } })).toBe(items.length);
  });
});

describe('more like this', () => {
  test('finds the nearest unlabelled windows, none that shares bars with it', async () => {
    const bars = [1_000, 1_030, 2_000, 3_000, 4_000, 5_000];
    const [one, overlapping, near, nearer, labelled, far] = await windowsAt(bars);
    const champion = await addChampion('v0_1_0');
    const angles = [0, 1, 20, 10, 2, 120];
    await addPredictions(
      champion,
      [one, overlapping, near, nearer, labelled, far].map((windowId, i) => ({
        windowId,
        probabilities: flagWith(0.9),
        angle: angles[i],
      })),
    );
    const ann = await addPerson('ann');
    await annotate(ann, labelInput({ itemId: null, windowId: labelled }, 'wedge'));
    const started = await moreLikeThis(OPERATOR, { id: one, count: 2, into: { name: 'like it' } });
    queueApi.moreLikeThis.out.parse(started);
    const { queueId, found } = await finish(started);
    expect(found).toEqual([nearer, near]);
    const items = await getDb().queueItem.findMany({ where: { queueId } });
    expect(items.every((item) => item.placedBy === 'similar' && item.suggestedClass === 'flag')).toBe(true);
    // What the team stands by goes before what the model says.
    const like = await finish(
      await moreLikeThis(OPERATOR, { id: labelled, count: 1, into: { name: 'wedges' } }),
    );
    const [wedge] = await getDb().queueItem.findMany({ where: { queueId: like.queueId } });
    expect(wedge).toMatchObject({ suggestedClass: 'wedge', windowId: overlapping });
  });

  test('says in words what is missing, and makes no queue', async () => {
    const [windowId] = await apart(1);
    const into = { name: 'like it' };
    expect(await moreLikeThis(OPERATOR, { id: windowId, count: 5, into })).toEqual({
      started: null,
      notes: ['No model is champion yet, and likeness is measured by one: train a model and promote it.'],
    });
    await addChampion('v0_1_0');
    const { started, notes } = await moreLikeThis(OPERATOR, { id: windowId, count: 5, into });
    expect(started).toBeNull();
    expect(notes[0]).toContain('v0_1_0 has not predicted this window yet');
    expect(await getDb().queue.count()).toBe(0);
  });

  test('is refused for a window or a queue that is not there or archived, and to analysts', async () => {
    const [windowId] = await apart(1);
    const champion = await addChampion('v0_1_0');
    await addPredictions(champion, [{ windowId, probabilities: flagWith(0.9) }]);
    const ask = (id: string, into: { queueId: number } | { name: string }) =>
      moreLikeThis(OPERATOR, { id, count: 5, into });
    await expect(ask('018f0000-0000-7000-8000-000000000000', { name: 'q' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(ask(windowId, { queueId: 999_999 })).rejects.toMatchObject({ code: 'not_found' });
    const { id } = await createQueue(OPERATOR, newQueueSchema.parse({ name: 'old', filter: null }));
    await updateQueue(OPERATOR, { id, archived: true });
    await expect(ask(windowId, { queueId: id })).rejects.toMatchObject({ code: 'conflict' });
    const ann = await addPerson('ann');
    await expect(moreLikeThis(ann, { id: windowId, count: 5, into: { queueId: id } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(mineDeficit(ann, { class: 'flag', count: 5, into: { queueId: id } })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
