import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { newQueueSchema, queueApi, queueChangeSchema, queueMixSchema } from '@/lib/contract/queue.ts';
import type { z } from '@/lib/contract/zod.ts';
import type { Actor } from '../auth/actor.ts';
import { OPERATOR } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { addPerson, addQueue, addRuleSet, addSeries, addWindows, labelInput } from '../testing/labelling.ts';
import { cancelJob, getJob, listJobs } from './job.ts';
import { annotate, claimItems } from './label.ts';
import { makeOrder } from './make-order.ts';
import { createQueue, getQueueChoices, getQueues, updateQueue } from './manage-queue.ts';
import { orderQueue } from './order-queue.ts';
import { ensureDefaultQueue, listQueues, whyEmpty } from './queue.ts';

let database: TestDatabase;
let ruleSetId: number;
let rita: Actor;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  ruleSetId = await addRuleSet(1);
  rita = await addPerson('rita', 'reviewer');
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

beforeEach(async () => {
  await getPool().query('TRUNCATE "Queue", "Window", "Series", "Job", "AuditEvent" CASCADE');
});

const make = (settings: Partial<z.input<typeof newQueueSchema>> = {}) =>
  createQueue(rita, newQueueSchema.parse({ name: 'flags of May', ...settings }));

async function managed(id: number) {
  const answer = await getQueues(rita);
  queueApi.getQueues.out.parse(answer);
  const found = answer.queues.find((queue) => queue.id === id);
  if (!found) throw new Error(`queue ${id} is not listed`);
  return found;
}

const flags = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ bar: 1_000 + 100 * i, weakClass: 'flag' as const }));

describe('a new queue', () => {
  test('is listed with its settings, and the job that fills it', async () => {
    const { id, jobId } = await make({
      overlap: 2,
      blindShare: 0.1,
      mix: { deficit: 0.75, random: 0.25 },
      filter: { classes: ['flag'], labelled: 'no' },
    });
    expect(await managed(id)).toMatchObject({
      name: 'flags of May',
      purpose: 'seed',
      ruleSetNumber: 1,
      overlap: 2,
      blindShare: 0.1,
      mix: { deficit: 0.75, uncertainty: 0, disagreement: 0, diversity: 0, drift: 0, random: 0.25 },
      filter: { classes: ['flag'], labelled: 'no', symbols: null },
      paused: false,
      archivedAt: null,
      isDefault: false,
      createdBy: 'rita',
      lastOrder: null,
      orderingJob: jobId,
      total: 0,
      pace: { perMinute: 0, people: 0 },
    });
    const [event] = await getDb().auditEvent.findMany({ where: { action: 'queue.create' } });
    expect(event).toMatchObject({ actor: rita.id, subject: `queue ${id}`, detail: { name: 'flags of May' } });
  });

  test('that takes nothing by itself has nothing to be ordered', async () => {
    expect(await make({ filter: null })).toMatchObject({ jobId: null });
  });

  test('is there with its job, or not at all', async () => {
    await make();
    await getPool().query('ALTER SCHEMA pgboss RENAME TO away');
    try {
      await expect(make()).rejects.toThrow();
    } finally {
      await getPool().query('ALTER SCHEMA away RENAME TO pgboss');
    }
    expect((await getQueues(rita)).queues).toHaveLength(1);
  });

  test('is refused in words where its input is not right', () => {
    const refusal = (input: unknown) =>
      newQueueSchema.safeParse(input).error?.issues.map(({ path, message }) => [path.join('.'), message]);
    expect(refusal({ name: '  ' })).toEqual([['name', 'give it a name']]);
    expect(refusal({ name: 'q', mix: { deficit: 0.5, random: 0.4 } })).toEqual([
      ['mix', 'the shares add up to 0.9; they must add up to 1'],
    ]);
    expect(refusal({ name: 'q', filter: { from: 2, to: 1 } })).toEqual([
      ['filter.to', 'the last day must not be before the first'],
    ]);
    expect(refusal({ name: 'q', filter: { classes: [] } })).toEqual([
      ['filter.classes', 'choose at least one'],
    ]);
    expect(refusal({ name: 'q', overlap: 0 })?.[0][0]).toBe('overlap');
    expect(queueChangeSchema.safeParse({}).error?.issues[0].message).toBe(
      'name at least one thing to change',
    );
    expect(queueMixSchema.safeParse({ deficit: 0.1, random: 0.9 }).success).toBe(true);
  });
});

describe('a change', () => {
  test('of what comes next has the order made anew, any other has not', async () => {
    const { id } = await make({ filter: null });
    const askedFor = async (change: z.input<typeof queueChangeSchema>) =>
      (await updateQueue(rita, { id, ...queueChangeSchema.parse(change) })).jobId !== null;
    expect(await askedFor({ name: 'flags of June' })).toBe(false);
    expect(await askedFor({ paused: true })).toBe(false);
    expect(await askedFor({ goldShare: 0.05, feedback: true, catchFloor: 0.7 })).toBe(false);
    expect(await askedFor({ targets: Object.fromEntries(CLASS_IDS.map((c) => [c, 100])) as never })).toBe(
      true,
    );
    expect(await askedFor({ mix: { random: 1 } })).toBe(true);
    expect(await askedFor({ filter: {} })).toBe(true);
    expect(await askedFor({ blindShare: 0.5, overlap: 3 })).toBe(true);
    const queue = await managed(id);
    expect(queue).toMatchObject({ name: 'flags of June', paused: true, overlap: 3, mix: { random: 1 } });
    expect(queue).toMatchObject({ goldShare: 0.05, feedback: true, catchFloor: 0.7 });
    expect(await getDb().auditEvent.count({ where: { action: 'queue.change' } })).toBe(7);
  });

  test('that pauses or archives keeps people out, and can be taken back', async () => {
    await addWindows(await addSeries('A'), ruleSetId, flags(5));
    const { id } = await make();
    await makeOrder(id);
    const ann = await addPerson('ann');
    const claimed = async () =>
      (await claimItems(ann, { id, count: 1, holding: [], hold: 'ready' })).items.length;
    const isOpen = async () => (await listQueues(ann)).queues.some((queue) => queue.id === id);
    expect([await claimed(), await isOpen()]).toEqual([1, true]);
    await updateQueue(rita, { id, paused: true });
    expect([await claimed(), await isOpen()]).toEqual([0, false]);
    await updateQueue(rita, { id, paused: false });
    await updateQueue(rita, { id, archived: true });
    expect([await claimed(), await isOpen()]).toEqual([0, false]);
    expect((await whyEmpty(ann, { id })).why).toContain('is archived');
    await expect(updateQueue(rita, { id, paused: false })).rejects.toMatchObject({ code: 'conflict' });
    await updateQueue(rita, { id, archived: false, paused: false });
    expect([await claimed(), await isOpen()]).toEqual([1, true]);
    expect(await managed(id)).toMatchObject({ archivedAt: null, paused: false });
  });

  test('cannot put away the queue that everybody starts with', async () => {
    const { id } = await ensureDefaultQueue(OPERATOR);
    await expect(updateQueue(rita, { id, archived: true })).rejects.toMatchObject({ code: 'conflict' });
    await updateQueue(rita, { id, paused: true });
    expect((await managed(id)).paused).toBe(true);
  });
});

test('counts and pace are those of the queue, of all people together', async () => {
  await addWindows(await addSeries('A'), ruleSetId, flags(6));
  const { id } = await make();
  await makeOrder(id);
  for (const name of ['ann', 'ben']) {
    const person = await addPerson(name);
    for (const item of (await claimItems(person, { id, count: 2, holding: [], hold: 'ready' })).items) {
      await annotate(person, labelInput(item));
    }
  }
  expect(await managed(id)).toMatchObject({
    total: 6,
    remaining: 2,
    labelled: { flag: 4, wedge: 0 },
    pace: { perMinute: 0.4, people: 2 },
  });
});

describe('an empty queue', () => {
  test('says what keeps it from everyone, and which other queues have something for this person', async () => {
    const ann = await addPerson('ann');
    const byHand = await make({ filter: null });
    expect(await whyEmpty(ann, { id: byHand.id })).toEqual({
      why: 'Nobody has put windows into “flags of May” yet.',
      elsewhere: [],
    });
    const waiting = await make({ name: 'not ordered' });
    expect((await whyEmpty(ann, { id: waiting.id })).why).toContain('is being filled');
    await getPool().query('TRUNCATE "Job" CASCADE');
    expect((await whyEmpty(ann, { id: waiting.id })).why).toContain('scan a series');
    await makeOrder(waiting.id);
    expect((await whyEmpty(ann, { id: waiting.id })).why).toContain('its filter takes none');
    const { queueId } = await addQueue(3);
    await getPool().query(`UPDATE "Queue" SET "name" = 'conflicts', "purpose" = 'review' WHERE "id" = $1`, [
      (await addQueue(2)).queueId,
    ]);
    expect((await whyEmpty(ann, { id: byHand.id })).elsewhere).toEqual([
      { id: queueId, name: 'test queue', waiting: 3 },
    ]);
    expect((await whyEmpty(rita, { id: byHand.id })).elsewhere).toHaveLength(2);
  });

  test('tells apart what others hold, what one has answered and what one has seen too much of', async () => {
    const { queueId: id } = await addQueue(4, 2);
    const [ann, ben, cem] = await Promise.all(['ann', 'ben', 'cem'].map((name) => addPerson(name)));
    const items = (await claimItems(ann, { id, count: 4, holding: [], hold: 'ready' })).items;
    await annotate(ann, labelInput(items[0]));
    expect((await whyEmpty(ann, { id })).why).toBe('Of what is left here, 1 answered or skipped by you.');
    for (const person of [ben, cem]) await claimItems(person, { id, count: 4, holding: [], hold: 'ready' });
    expect((await whyEmpty(await addPerson('dan'), { id })).why).toBe(
      'Of what is left here, 4 in other people’s hands.',
    );
  });
});

test('the form is offered every rule set, symbol and timeframe', async () => {
  await addSeries('B');
  const long = await addSeries('A');
  await getPool().query(`UPDATE "Series" SET "timeframe" = '4h', "timeframeMs" = 14400000 WHERE "id" = $1`, [
    long,
  ]);
  const choices = await getQueueChoices(rita);
  queueApi.getQueueChoices.out.parse(choices);
  expect(choices).toMatchObject({ symbols: ['test:A', 'test:B'], timeframes: ['1h', '4h'] });
  expect(choices.ruleSets).toContainEqual({ number: 1, name: expect.any(String) });
});

describe('roles', () => {
  test('analysts manage nothing', async () => {
    const ann = await addPerson('ann');
    const { id } = await make({ filter: null });
    await expect(getQueues(ann)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(getQueueChoices(ann)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(createQueue(ann, newQueueSchema.parse({ name: 'q' }))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(updateQueue(ann, { id, paused: true })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(orderQueue(ann, { id })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('reviewers see and stop the jobs of queues, and no others', async () => {
    const { jobId } = await make();
    const scan = await enqueueJob(OPERATOR, {
      kind: 'scan',
      title: 'scan',
      payload: { seriesId: 1, ruleSetId: 1, lookbackDays: null, seed: 1 },
    });
    const seen = await listJobs(rita, {});
    expect(seen.jobs.map(({ id }) => id)).toEqual([jobId]);
    expect(seen.active).toBe(1);
    expect((await listJobs(OPERATOR, {})).active).toBe(2);
    await expect(listJobs(rita, { kind: 'scan' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(getJob(rita, { id: scan })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(cancelJob(rita, { id: scan })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await getJob(rita, { id: jobId ?? '' })).toMatchObject({ kind: 'order', state: 'queued' });
    expect(await cancelJob(rita, { id: jobId ?? '' })).toEqual({ ok: true });
  });
});
