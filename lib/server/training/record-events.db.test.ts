import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrainerEvent } from '@/lib/contract/trainer-event.ts';
import { closeDatabase, configureDatabase, getDb, getPool } from '../db/connection.ts';
import { listEpochs } from '../repo/run.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { createRecorder } from './record-events.ts';

let database: TestDatabase;
let runId: number;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  const made = await getDb().dataset.create({
    data: {
      name: 'd',
      hash: 'd',
      policy: {},
      summary: {},
      rows: 1,
      storageKey: 'none',
      createdBy: 'test',
      runs: { create: { preset: 'quick', config: {}, seed: 1, createdBy: 'test' } },
    },
    include: { runs: true },
  });
  runId = made.runs[0].id;
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

const epoch = (number: number): TrainerEvent => ({
  type: 'epoch',
  epoch: number,
  train_loss: 0.5,
  val_loss: 0.6,
  macro_f1: 0.7,
  per_class_f1: [0.7, 0.7, 0.7, 0.7, 0.7],
  lr: 0.001,
  images_per_s: 80,
  seconds: 10,
});

test('an epoch that ends while the database is away for a moment is stored all the same', async () => {
  const lines: string[] = [];
  const record = createRecorder(runId, { progress: () => undefined, log: (line) => lines.push(line) });
  await record(epoch(1));
  await getPool().query('ALTER TABLE "RunEpoch" RENAME TO "RunEpochAway"');
  const back = sleep(400).then(() => getPool().query('ALTER TABLE "RunEpochAway" RENAME TO "RunEpoch"'));
  await Promise.all([record(epoch(2)), back]);
  expect((await listEpochs(getDb(), runId)).map((stored) => stored.epoch)).toEqual([1, 2]);
  expect(lines).toHaveLength(2);
});
