// The Python examples against a running server and a real Postgres. Minutes where pip has to install what they need.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { ModelInputs } from '@/lib/core/image/inputs.ts';
import { OPERATOR } from '../auth/actor.ts';
import { databaseUrl } from '../db/connection.ts';
import { env } from '../env.ts';
import { paths } from '../paths.ts';
import { ensurePythonEnv, pythonOf } from '../python-env.ts';
import { exportEmbeds } from '../service/embeds.ts';
import { requireVersion } from '../service/model.ts';
import { addRuleSet, addSeries, addWindows } from '../testing/labelling.ts';
import { addPredictions, tinyModel } from '../testing/model.ts';
import {
  askDirectly,
  becomesChampion,
  inputsAt,
  lastBars,
  makeToken,
  openSetting,
  type Setting,
  TIMEFRAME,
} from './testing/setting.ts';

const run = promisify(execFile);
const INSTALLING_MS = 600_000;
let setting: Setting;
let python: string;

beforeAll(async () => {
  const { root } = paths();
  const folder = join(root, '.halyard', 'venv-examples');
  const requirements = [join(root, 'examples', 'python', 'requirements.txt')];
  await ensurePythonEnv({ folder, requirements, pipArgs: env().HALYARD_PIP_ARGS });
  python = pythonOf(folder);
  setting = await openSetting();
  await becomesChampion(setting.client, 'v0_1_0');
}, INSTALLING_MS);

afterAll(() => setting?.close());

const example = (name: string, args: string[]) =>
  run(python, [join('examples', 'python', name), ...args], { encoding: 'utf8' });

/** The last bars of the window at `t`, as an exchange's kline file has them. */
async function writeKlines(t: number, change: (row: number[]) => void = () => undefined): Promise<string> {
  const rows = lastBars(t).map((bar) => {
    const { ts, open, high, low, close, volume, takerBuyVolume } = bar;
    const row = [ts, open, high, low, close, volume, ts + 1, 0, 0, takerBuyVolume ?? 0, 0, 0].map(Number);
    change(row);
    return row.join(',');
  });
  const file = join(paths().home, `klines-${t}.csv`);
  await writeFile(file, `${rows.join('\n')}\n`);
  return file;
}

const classify = (token: string, csv: string) => {
  const address = `127.0.0.1:${setting.server.port}`;
  return example('classify.py', [
    '--address',
    address,
    '--token',
    token,
    '--csv',
    csv,
    '--timeframe',
    TIMEFRAME,
  ]);
};

test('the Python client gets what onnxruntime in Node and in browsers say of the same window, to 1e-4', async () => {
  const token = await makeToken('python');
  for (const t of [500, 750]) {
    const answer = JSON.parse((await classify(token, await writeKlines(t))).stdout);
    const said = await askDirectly('v0_1_0', inputsAt(t));
    const close = (values: ArrayLike<number>) => Array.from(values, (value) => expect.closeTo(value, 4));
    expect(answer).toEqual({
      class: CLASS_IDS[said.probabilities.indexOf(Math.max(...said.probabilities))],
      quality: expect.closeTo(said.quality[0], 4),
      probabilities: close(said.probabilities),
      pole_katr: expect.closeTo(said.poleKatr[0], 4),
      embed: close(said.embedding),
      model_version: 'v0_1_0',
    });
    expect(answer.probabilities).toEqual(close(await askBrowserRuntime(inputsAt(t))));
  }
});

test('stamps in microseconds are taken too, and a refusal is shown with its status and remedy', async () => {
  const token = await makeToken('careful');
  const inMicroseconds = await writeKlines(600, (row) => {
    row[0] *= 1000;
  });
  expect(JSON.parse((await classify(token, inMicroseconds)).stdout)).toMatchObject({
    model_version: 'v0_1_0',
  });
  const upsideDown = await writeKlines(601, (row) => {
    row[2] = row[3] / 2;
  });
  await expect(classify(token, upsideDown)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^INVALID_ARGUMENT: bars\[0\]: high .* < low/),
  });
  await expect(classify('halyard_none', inMicroseconds)).rejects.toMatchObject({
    stderr: expect.stringMatching(/^UNAUTHENTICATED: This token is not known here/),
  });
});

test('embeddings are loaded into pgvector, and again without a row too many, and found by likeness', async () => {
  const bars = Array.from({ length: 30 }, (_, i) => ({ bar: 1000 + 64 * i, weakClass: 'flag' as const }));
  const windows = await addWindows(await addSeries('VECTORS'), await addRuleSet(1), bars);
  const { id } = await requireVersion('v0_1_0');
  const probabilities = [0.6, 0.1, 0.1, 0.1, 0.1];
  await addPredictions(
    id,
    windows.map((windowId, i) => ({ windowId, probabilities, angle: 3 * i })),
  );
  const file = join(paths().home, 'pattern_embeds.parquet');
  expect(await exportEmbeds(OPERATOR, { name: 'v0_1_0', file })).toEqual({ rows: 30 });
  for (let i = 0; i < 2; i++) {
    expect((await example('load_embeds.py', [file, databaseUrl()])).stdout).toBe('30 rows\n');
  }
  const client = new pg.Client(databaseUrl());
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT (extract(epoch FROM ts) / 3600)::int AS bar, class, model_version FROM pattern_embeds
        ORDER BY embed <=> (SELECT embed FROM pattern_embeds ORDER BY ts LIMIT 1) LIMIT 3`,
    );
    expect(rows).toEqual(
      bars.slice(0, 3).map(({ bar }) => ({ bar, class: 'flag', model_version: 'v0_1_0' })),
    );
  } finally {
    await client.end();
  }
});

/** What the runtime that browsers have says of an image. @returns the probabilities */
async function askBrowserRuntime({ images }: ModelInputs): Promise<ArrayLike<number>> {
  const { InferenceSession, Tensor } = await import('onnxruntime-web');
  const session = await InferenceSession.create(await tinyModel('good'));
  try {
    const { probs } = await session.run({
      image: new Tensor('uint8', images, [1, 64, 64, 3]),
    });
    if (!(probs.data instanceof Float32Array)) throw new Error(`probs are ${probs.type}`);
    return probs.data;
  } finally {
    await session.release();
  }
}
