import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CLASS_COUNT, CLASS_IDS } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { allocateInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import { notFound, Refusal } from '../error.ts';
import { TEST_QUANTISATION } from '../testing/served-model.ts';
import type { Claim } from './micro-batch.ts';
import { ServedModels, type ServingSettings } from './served-models.ts';
import type { ModelFile, ModelOutput } from './session.ts';

const SETTINGS: ServingSettings = {
  batch: { images: 4, waiting: 1000 },
  mostOpen: 2,
  releaseAfterMs: 60_000,
  retryAfterMs: 10_000,
};
const WANTED: Claim = { isWanted: () => true, patient: false };
const WINDOW = allocateInputs(1, 1);

/** Versions v0_1_0 to v0_9_0; the session of v0_N_0 says quality N, and fails once it has been released. */
function setting(settings: Partial<ServingSettings> = {}) {
  const state = {
    champion: 'v0_1_0' as string | null,
    broken: '',
    now: 0,
    opened: [] as string[],
    released: [] as string[],
  };
  const openSession = async ({ name }: ModelFile) => {
    await sleep(1);
    if (name === state.broken) throw new Refusal('conflict', `The file of version ${name} is damaged.`);
    state.opened.push(name);
    let isReleased = false;
    return {
      schema: 1 as const,
      run: async ({ count }: ModelInputs): Promise<ModelOutput> => {
        await sleep(1);
        if (isReleased) throw new Error(`${name} ran after its release`);
        return {
          count,
          quality: new Float32Array(count).fill(Number(name[3])),
          poleKatr: new Float32Array(count),
          probabilities: new Float32Array(count * CLASS_COUNT),
          embedding: new Float32Array(count * EMBEDDING_SIZE),
        };
      },
      release: async () => {
        isReleased = true;
        state.released.push(name);
      },
    };
  };
  const source = {
    championName: async () => state.champion,
    load: async (name: string) => {
      if (!/^v0_[1-9]_0$/.test(name)) throw notFound(`model version ${name}`);
      const file = { name, path: '', sha256: '', featureSchema: 1, classMap: CLASS_IDS };
      return { file, quantisation: TEST_QUANTISATION, thresholds: [] };
    },
  };
  const models = new ServedModels(source, openSession, { ...SETTINGS, ...settings }, () => state.now);
  const ask = async (name: string | null = null) =>
    (await models.use(name, (model) => model.classify(WINDOW, WANTED))).quality;
  return { state, models, ask };
}

test('before the first promotion calls are refused with what to do, and after it they are answered', async () => {
  const { state, models, ask } = setting();
  state.champion = null;
  await models.refresh();
  await expect(ask()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^No version is champion yet: .*halyard model promote/),
  });
  state.champion = 'v0_1_0';
  await models.refresh();
  expect(await ask()).toBe(1);
});

test('champions change under load and no call fails or is answered by a released one', async () => {
  const { state, models, ask } = setting({ releaseAfterMs: 0, mostOpen: 1 });
  await models.refresh();
  let asking = true;
  const heard = new Set<number>();
  const callers = Array.from({ length: 20 }, async () => {
    while (asking) heard.add(await ask());
  });
  for (let i = 2; i <= 9; i++) {
    state.champion = `v0_${i}_0`;
    await models.refresh();
    await sleep(5);
  }
  asking = false;
  await Promise.all(callers);
  expect([...heard].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await models.refresh();
  expect(state.released).toEqual(state.opened.filter((name) => name !== 'v0_9_0'));
});

test('a version that is named answers beside the champion, and is released when it is no longer asked', async () => {
  const { state, models, ask } = setting();
  await models.refresh();
  expect(await Promise.all([ask('v0_2_0'), ask(), ask('v0_2_0')])).toEqual([2, 1, 2]);
  expect(state.opened).toEqual(['v0_1_0', 'v0_2_0']);
  state.now += SETTINGS.releaseAfterMs - 1;
  await models.refresh();
  expect(state.released).toEqual([]);
  state.now += 1;
  await models.refresh();
  expect(state.released).toEqual(['v0_2_0']);
  expect(await ask('v0_2_0')).toBe(2);
});

test('no more versions are held open than may be, and the champion always is', async () => {
  const { state, models, ask } = setting();
  await models.refresh();
  for (const name of ['v0_2_0', 'v0_3_0', 'v0_4_0']) await ask(name);
  expect(state.released).toEqual(['v0_2_0', 'v0_3_0']);
  await expect(ask('v1_0_0')).rejects.toMatchObject({ code: 'not_found' });
});

test('a champion whose file is damaged does not displace the one that works, and is tried again later', async () => {
  const { state, models, ask } = setting();
  await models.refresh();
  state.broken = 'v0_2_0';
  state.champion = 'v0_2_0';
  await models.refresh();
  expect(await ask()).toBe(1);
  state.broken = '';
  await models.refresh();
  expect(models.championName).toBe('v0_1_0');
  state.now += SETTINGS.retryAfterMs;
  await models.refresh();
  expect(await ask()).toBe(2);
});

test('where the only champion cannot be opened, calls are told why', async () => {
  const { state, models, ask } = setting();
  state.broken = 'v0_1_0';
  await models.refresh();
  await expect(ask()).rejects.toThrow('The file of version v0_1_0 is damaged.');
});

test('closing lets what runs end', async () => {
  const { state, models, ask } = setting();
  await models.refresh();
  const asking = ask();
  await models.close();
  expect(await asking).toBe(1);
  await sleep(0);
  expect(state.released).toEqual(['v0_1_0']);
});
