import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { goldenPackSchema } from '@/lib/contract/golden.ts';
import { OPERATOR } from '../auth/actor.ts';
import { openTestSetting } from '../dataset/testing/setting.ts';
import { getDb } from '../db/connection.ts';
import { importModel, importUploadedModel, uploadModel } from '../service/import-model.ts';
import { requireVersion } from '../service/model.ts';
import { getModelCard } from '../service/model-card.ts';
import { verifyVersion } from '../service/verify.ts';
import { storage } from '../storage.ts';
import { tinyMetrics, tinyModel } from '../testing/model.ts';
import { cardMarkdown, modelCard } from './model-card.ts';

let setting: Awaited<ReturnType<typeof openTestSetting>>;
beforeAll(async () => {
  setting = await openTestSetting();
});
afterAll(() => setting.close());

const bring = async (name: string, metrics: object = {}) =>
  importModel(OPERATOR, {
    model: await tinyModel(name),
    metrics: { ...tinyMetrics(), ...metrics },
    source: `${name}.onnx`,
  });
const versions = () => getDb().modelVersion.count();

describe('a model from outside', () => {
  it('that keeps the contract becomes a version with its files', async () => {
    expect(await bring('good')).toEqual({ name: 'v0_1_0' });
    const { storageKey, runId, goldenSha256 } = await requireVersion('v0_1_0');
    expect(runId).toBeNull();
    expect(goldenSha256).toMatch(/^[0-9a-f]{64}$/);
    const metrics = JSON.parse(await readFile(storage.path(`${storageKey}/metrics.json`), 'utf8'));
    expect(metrics).toMatchObject({ version: 'v0_1_0', dataset_hash: 'none' });
    expect(await getDb().auditEvent.count({ where: { action: 'model.import', subject: 'v0_1_0' } })).toBe(1);
  });

  it.each([
    ['opset-17', 'The model uses opset 17; 13 is needed.'],
    ['float-image', 'The input image is float32 [N, 64, 64, 3]; uint8 [N, 64, 64, 3] is needed.'],
    ['fixed-batch', 'The input image takes 1 at once; the batch must be of any length.'],
    ['four-classes', 'The output logits is float32 [N, 4]; float32 [N, 5] is needed.'],
    ['no-embed', 'The output embed is missing; there are logits, probs, quality, pole_katr.'],
    ['other-name', 'The output quality is missing; there are logits, probs, confidence, pole_katr, embed.'],
    ['long-embed', 'embed is not of unit length: off by 1.0.'],
    ['half-probs', 'probs do not sum to 1: off by 0.50.'],
    ['mixed-batch', 'An image alone gives other outputs than among 50: off by'],
  ])('is refused where it is %s, naming what differs, and nothing is kept', async (name, words) => {
    const before = await versions();
    await expect(bring(name)).rejects.toThrow(`${name}.onnx was not imported. `);
    await expect(bring(name)).rejects.toThrow(words);
    expect(await versions()).toBe(before);
  });

  it.each([
    [{ class_map: ['flag', 'none'] }, 'The model answers the classes flag, none; this app knows flag, wedge'],
    [{ feature_schema_ver: 9 }, 'The model reads feature schema 9'],
    [
      { biases: [0, 0, 0, 0, 0] },
      'probs are not what temp_scaling and biases of metrics.json make of logits',
    ],
    [{ quantisation: undefined }, 'metrics.json is not as it must be'],
  ])('is refused with metrics %o', async (metrics, words) => {
    await expect(bring('good', metrics)).rejects.toThrow(words);
  });

  it.each([
    ['text', Buffer.from('no model at all')],
    ['nothing', Buffer.alloc(0)],
    ['half a model', null],
  ])('is refused in words where the file is %s', async (_, bytes) => {
    const model = bytes ?? (await tinyModel('good')).subarray(0, 7000);
    const before = await versions();
    await expect(importModel(OPERATOR, { model, metrics: tinyMetrics(), source: 'x.onnx' })).rejects.toThrow(
      /x\.onnx was not imported\. The file is no ONNX model/,
    );
    expect(await versions()).toBe(before);
  });

  it('comes by upload too, which is gone afterwards, taken or refused', async () => {
    const send = async (name: string) => {
      const stream = new Blob([new Uint8Array(await tinyModel(name))]).stream();
      const { uploadId } = await uploadModel(OPERATOR, { name: `${name}.onnx` }, stream);
      return importUploadedModel(OPERATOR, { uploadId, metrics: tinyMetrics() });
    };
    const before = await versions();
    await expect(send('no-embed')).rejects.toThrow(
      'no-embed.onnx was not imported. The output embed is missing',
    );
    expect(await versions()).toBe(before);
    await send('other');
    expect(await versions()).toBe(before + 1);
    expect(await readdir(storage.path('uploads'))).toEqual([]);
  });

  it('needs an admin', async () => {
    const reviewer = { ...OPERATOR, role: 'reviewer' as const };
    const given = { model: await tinyModel('good'), metrics: tinyMetrics(), source: 'x.onnx' };
    await expect(importModel(reviewer, given)).rejects.toThrow('This needs the role admin');
  });
});

describe('the model card', () => {
  it('lies beside the model, says where it comes from and what agreement with the rules is worth', async () => {
    const { storageKey } = await requireVersion('v0_1_0');
    const file = await readFile(storage.path(`${storageKey}/MODEL_CARD.md`), 'utf8');
    const card = await getModelCard(OPERATOR, { name: 'v0_1_0' });
    expect(file).toBe(cardMarkdown(card));
    expect(file).toContain('# Model card of v0\\_1\\_0\n');
    for (const heading of ['Intended use', 'Data', 'How it was made', 'Figures', 'Limits'])
      expect(file).toContain(`\n## ${heading}\n`);
    expect(file).toContain('It was trained elsewhere');
    expect(file).toContain('Agreement with weak labels is not truth');
  });

  it('lists what is known of its dataset and its figures', () => {
    const block = {
      rows: 40,
      macro_f1: 0.71,
      macro_f1_interval: [0.65, 0.78] as [number, number],
      ece: 0.05,
      pole_mae: null,
    };
    const perClass = CLASS_IDS.map((id) => ({
      class: id,
      precision: null,
      recall: null,
      f1: 0.7,
      pr_auc: null,
      support: 8,
    }));
    const both = { sampled: { ...block, per_class: perClass }, natural: { ...block, per_class: perClass } };
    const card = modelCard({
      name: 'v0_9_0',
      runId: 4,
      metrics: { ...tinyMetrics('abc'), metrics: { test: { all: both, record: both } } },
      dataset: {
        name: 'mine | [x](http://evil.example)',
        rows: 100,
        policy: datasetPolicySchema.parse({ name: 'mine', sources: 'record' }),
        summary: {
          bySplit: { train: { flag: 3 }, validation: {}, test: { flag: 1 }, unseen: {} },
          bySource: { record: 4 },
          classesBySource: { record: { flag: 4 } },
          featureSchemas: [1, 2],
          cutDates: { validationFrom: 0, testFrom: 86_400_000, embargoMs: 172_800_000 },
          series: 2,
          leftOut: {},
          notes: ['Few wedges.'],
        },
      },
    });
    const text = cardMarkdown(card);
    expect(text).toContain(
      '| Test, labels of record, natural prevalence | macro-F1 0.710 (0.650 to 0.780), ECE 0.050, pole error not known ATR, 40 rows |',
    );
    expect(text).toContain('| Test from | 1970-01-02 |');
    expect(text).toContain('Few wedges.');
    expect(text).toContain('| Dataset | mine \\| \\[x\\](http://evil.example) |');
    expect(text).toContain('40 test rows carry a label of record.');
    expect(text).not.toContain('weak labels');
  });
});

describe('the golden pack', () => {
  const packFile = async () => storage.path(`${(await requireVersion('v0_1_0')).storageKey}/golden.json`);
  const modelFile = async () => storage.path(`${(await requireVersion('v0_1_0')).storageKey}/model.onnx`);
  const verify = () => verifyVersion(OPERATOR, { name: 'v0_1_0' });
  /** Something else in place of a file, for the time of one look. */
  async function tamper(path: string, change: (bytes: Buffer) => Buffer) {
    const before = await readFile(path);
    await writeFile(path, change(Buffer.from(before)));
    try {
      return (await verify()).differences;
    } finally {
      await writeFile(path, before);
    }
  }

  it('holds fifty windows that differ, and is what this machine makes again', async () => {
    const pack = goldenPackSchema.parse(JSON.parse(await readFile(await packFile(), 'utf8')));
    expect(new Set(pack.windows.map(({ image_sha256 }) => image_sha256)).size).toBe(50);
    for (const { probs, embed } of pack.windows) {
      expect(probs.reduce((sum, p) => sum + p)).toBeCloseTo(1, 4);
      expect(Math.hypot(...embed)).toBeCloseTo(1, 4);
    }
    expect(await verify()).toEqual({ version: 'v0_1_0', windows: 50, furthest: 0, differences: [] });
  });

  it('sees a model that was changed by one bit', async () => {
    const differences = await tamper(await modelFile(), (bytes) => {
      bytes[bytes.length >> 1] ^= 1;
      return bytes;
    });
    expect(differences).toEqual([expect.stringContaining('it has been damaged or replaced')]);
  });

  it('sees a pack that was changed', async () => {
    const differences = await tamper(await packFile(), (bytes) =>
      Buffer.from(bytes.toString('utf8').replace('0.', '1.')),
    );
    expect(differences).toEqual([
      expect.stringMatching(/^The golden pack of v0_1_0 has SHA-256 .* replaced\.$/),
    ]);
  });

  it('tells which windows are composed or answered otherwise than when the version was registered', async () => {
    const path = await packFile();
    const pack = goldenPackSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    pack.windows[3].image_sha256 = '0'.repeat(64);
    pack.windows[7].embed[5] += 0.01;
    const changed = Buffer.from(JSON.stringify(pack));
    const { id, goldenSha256 } = await requireVersion('v0_1_0');
    const sha256 = createHash('sha256').update(changed).digest('hex');
    // As if another machine had made it: its registered hash is its own.
    await getDb().modelVersion.update({ where: { id }, data: { goldenSha256: sha256 } });
    const differences = await tamper(path, () => changed);
    await getDb().modelVersion.update({ where: { id }, data: { goldenSha256 } });
    expect(differences).toEqual([
      'Window 3: its image or auxiliary values are composed differently here.',
      'Window 7: the same inputs give outputs that lie 1.0e-2 apart; 0.0001 is allowed.',
    ]);
  });

  it('is missed in words where a version has none', async () => {
    const { id, goldenSha256 } = await requireVersion('v0_1_0');
    await getDb().modelVersion.update({ where: { id }, data: { goldenSha256: null } });
    expect((await verify()).differences).toEqual([
      'v0_1_0 has no golden pack: it was registered before packs were made.',
    ]);
    await getDb().modelVersion.update({ where: { id }, data: { goldenSha256 } });
  });
});
