import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASS_IDS } from '../../lib/contract/classes.ts';
import { composeImage } from '../../lib/core/image/compose.ts';
import { fitQuantisation, type Quantisation } from '../../lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA } from '../../lib/core/image/schema.ts';
import { computeIndicators } from '../../lib/core/indicator/compute-indicators.ts';
import { generateUniverse } from '../../lib/core/synthetic/universe.ts';
import { type Installation, TRAINER_PYTHON } from './installation.ts';

/** Random weights, the class head scaled so that on these windows every class is said of some. */
const SCRIPT = `
import sys, types, numpy, torch
from halyard_train.export import export_onnx
from halyard_train.model import Net

images = torch.from_numpy(numpy.fromfile(sys.argv[1], dtype=numpy.uint8).reshape(-1, 64, 64, 3))
torch.manual_seed(1)
net = Net(5).train()
with torch.no_grad():
    # The norms of an untrained network know no windows: without them hardly anything would differ.
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    net(images)
    net.eval()
    logits = net(images)[0]
    spread = logits.std(0)
    net.classes.weight.mul_(2 / spread[:, None])
    net.classes.bias.copy_((net.classes.bias - logits.mean(0)) * 2 / spread + torch.tensor([0.0, 0, 0, 0, 2]))
calibration = types.SimpleNamespace(temperatures=[1.0] * 5, biases=[0.0] * 5)
export_onnx(net, calibration, images[:4], sys.argv[2])
`;

/**
 * Registers a version that nobody trained: good for whatever does not ask whether its words are right. They differ from
 * window to window, so that a prediction of the wrong image is seen.
 * @returns its name; promoting it is the caller's
 */
export async function publishUntrainedModel(
  installation: Pick<Installation, 'home' | 'query'>,
): Promise<string> {
  if (!existsSync(TRAINER_PYTHON)) {
    throw new Error(
      `There is no Python with PyTorch at ${TRAINER_PYTHON}: "npm test" makes it, or name one in HALYARD_TRAIN_PYTHON.`,
    );
  }
  const { images, quantisation } = someWindows();
  const model = exportModel(images);
  const sha256 = createHash('sha256').update(model).digest('hex');
  const [{ count }] = await installation.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM "ModelVersion"',
  );
  const name = `v0_${count + 1}_0`;
  const metrics = {
    version: name,
    class_map: CLASS_IDS,
    feature_schema_ver: FEATURE_SCHEMA.version,
    dataset_hash: 'none',
    quantisation,
    temp_scaling: [1, 1, 1, 1, 1],
    biases: [0, 0, 0, 0, 0],
    thresholds: [null, null, null, null, null],
    metrics: {},
    seed: 1,
    config: {},
  };
  const storageKey = `models/${name}-${sha256.slice(0, 8)}/pattern_cnn/${name}`;
  const folder = join(installation.home, 'storage', storageKey);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), model);
  writeFileSync(join(folder, 'metrics.json'), JSON.stringify(metrics));
  await installation.query(
    `INSERT INTO "ModelVersion" (name, "storageKey", "modelSha256", "modelBytes", "featureSchema", "classMap", metrics)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      name,
      storageKey,
      sha256,
      model.length,
      FEATURE_SCHEMA.version,
      JSON.stringify(CLASS_IDS),
      JSON.stringify(metrics),
    ],
  );
  return name;
}

/** Images of every third window of a small synthetic series, and the quantisation that they are painted with. */
function someWindows(): { images: Uint8Array; quantisation: Quantisation } {
  const [{ bars }] = generateUniverse(3, { series: 1, barsPerSeries: 1000 });
  const indicators = computeIndicators(bars, 0, bars.length);
  const fit = fitQuantisation();
  fit.add('', bars, indicators, 0, bars.length);
  const { global } = fit.finish();
  const count = Math.floor((bars.length - 128) / 3);
  const images = new Uint8Array(count * FEATURE_SCHEMA.bytes);
  for (let i = 0; i < count; i++) {
    composeImage(images, i * FEATURE_SCHEMA.bytes, bars, indicators, 128 + 3 * i, global);
  }
  return { images, quantisation: { schema: 1, global, series: {} } };
}

function exportModel(images: Uint8Array): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'halyard-untrained-'));
  try {
    const given = join(folder, 'images.bin');
    const file = join(folder, 'model.onnx');
    writeFileSync(given, images);
    execFileSync(TRAINER_PYTHON, ['-c', SCRIPT, given, file], {
      cwd: join(process.cwd(), 'workers/train'),
      stdio: 'inherit',
    });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
