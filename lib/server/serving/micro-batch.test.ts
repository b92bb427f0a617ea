import { expect, test, vi } from 'vitest';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { allocateInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import { AUX_LENGTH, type FeatureSchema, IMAGE } from '@/lib/core/image/schema.ts';
import { Abandoned, type Claim, MicroBatch } from './micro-batch.ts';
import type { ModelOutput } from './session.ts';

const WANTED: Claim = { isWanted: () => true, patient: false };
const LIMITS = { images: 4, waiting: 6 };

/** A window whose image and auxiliary values are all this. */
function imageOf(value: number, schema: FeatureSchema = 1): ModelInputs {
  const window = allocateInputs(schema, 1);
  window.images.fill(value);
  window.aux?.fill(value);
  return window;
}

/** A session that says of a window what its image's first byte is, as pole what its last auxiliary value is, and ends each run when told. */
function slowSession(schema: FeatureSchema = 1) {
  const sizes: number[] = [];
  const ends: (() => void)[] = [];
  const run = async ({ images, aux, count }: ModelInputs): Promise<ModelOutput> => {
    sizes.push(count);
    await new Promise<void>((resolve) => ends.push(resolve));
    const quality = Float32Array.from({ length: count }, (_, i) => images[i * IMAGE.bytes]);
    return {
      count,
      quality,
      poleKatr: Float32Array.from({ length: count }, (_, i) => aux?.[(i + 1) * AUX_LENGTH - 1] ?? Number.NaN),
      probabilities: new Float32Array(count * CLASS_COUNT),
      embedding: new Float32Array(count * EMBEDDING_SIZE),
    };
  };
  const endRun = async () => {
    await vi.waitFor(() => expect(ends).toHaveLength(1));
    ends.shift()?.();
  };
  return { schema, run, sizes, endRun };
}

test('a lone image runs at once, and what arrives meanwhile runs together, each with its own answer', async () => {
  const session = slowSession();
  const batch = new MicroBatch(session, LIMITS);
  const first = batch.classify(imageOf(1), WANTED);
  await vi.waitFor(() => expect(session.sizes).toEqual([1]));
  const rest = [2, 3, 4, 5, 6].map((value) => batch.classify(imageOf(value), WANTED));
  for (let i = 0; i < 3; i++) await session.endRun();
  expect(await first).toMatchObject({ quality: 1, poleKatr: null });
  expect((await Promise.all(rest)).map(({ quality }) => quality)).toEqual([2, 3, 4, 5, 6]);
  expect(session.sizes).toEqual([1, 4, 1]);
});

test('images that arrive in one turn share the first run', async () => {
  const session = slowSession();
  const batch = new MicroBatch(session, LIMITS);
  const all = [1, 2, 3].map((value) => batch.classify(imageOf(value), WANTED));
  await session.endRun();
  await Promise.all(all);
  expect(session.sizes).toEqual([3]);
});

test('each window of feature schema 2 is run with its own auxiliary values', async () => {
  const session = slowSession(2);
  const batch = new MicroBatch(session, LIMITS);
  const all = [1, 2, 3].map((value) => batch.classify(imageOf(value, 2), WANTED));
  await session.endRun();
  expect((await Promise.all(all)).map(({ poleKatr }) => poleKatr)).toEqual([1, 2, 3]);
});

test('one image too many is refused with how many wait and what to do; a patient one waits for its place', async () => {
  const session = slowSession();
  const batch = new MicroBatch(session, LIMITS);
  const all = [batch.classify(imageOf(0), WANTED)];
  await vi.waitFor(() => expect(session.sizes).toEqual([1]));
  for (let value = 1; value <= LIMITS.waiting; value++) all.push(batch.classify(imageOf(value), WANTED));
  await expect(batch.classify(imageOf(9), WANTED)).rejects.toMatchObject({
    code: 'too_many',
    message: expect.stringMatching(/^6 images wait already.*again in about \d+ ms.*ClassifyStream/),
  });
  const patient = batch.classify(imageOf(9), { ...WANTED, patient: true });
  for (let i = 0; i < 3; i++) await session.endRun();
  expect((await patient).quality).toBe(9);
  expect((await Promise.all(all)).map(({ quality }) => quality)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('nothing is run for a call that has ended, and its place is free for another', async () => {
  const session = slowSession();
  const batch = new MicroBatch(session, LIMITS);
  let wanted = true;
  const first = batch.classify(imageOf(1), WANTED);
  await vi.waitFor(() => expect(session.sizes).toEqual([1]));
  const left = Array.from({ length: LIMITS.waiting }, () =>
    batch.classify(imageOf(2), { ...WANTED, isWanted: () => wanted }),
  );
  const gone = Promise.allSettled(left);
  wanted = false;
  const next = batch.classify(imageOf(3), WANTED);
  for (const one of await gone) expect(one).toMatchObject({ reason: expect.any(Abandoned) });
  for (let i = 0; i < 2; i++) await session.endRun();
  await first;
  expect((await next).quality).toBe(3);
  expect(session.sizes).toEqual([1, 1]);
});

test('a run that fails is told to those in it, and the next one goes on', async () => {
  const working = slowSession();
  let failing = true;
  const run = (inputs: ModelInputs) =>
    failing ? Promise.reject(new Error('out of memory')) : working.run(inputs);
  const batch = new MicroBatch({ schema: 1, run }, LIMITS);
  await expect(batch.classify(imageOf(1), WANTED)).rejects.toThrow('out of memory');
  failing = false;
  const next = batch.classify(imageOf(2), WANTED);
  await working.endRun();
  expect((await next).quality).toBe(2);
});
