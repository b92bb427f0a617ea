import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASS_IDS } from '../../lib/contract/classes.ts';
import { allocateInputs, composeInputs, type ModelInputs } from '../../lib/core/image/inputs.ts';
import { fitQuantisation, type Quantisation } from '../../lib/core/image/quantisation.ts';
import type { FeatureSchema } from '../../lib/core/image/schema.ts';
import { computeIndicators } from '../../lib/core/indicator/compute-indicators.ts';
import { generateUniverse } from '../../lib/core/synthetic/universe.ts';
import { type Installation, TRAINER_PYTHON } from './installation.ts';

/** Random weights, the class head scaled so that on these windows every class is said of some. */
const SCRIPT = `
import sys, types, numpy, torch
from halyard_train.export import export_onnx
from halyard_train.model import Net

path, images, *aux = sys.argv[1:]
inputs = [torch.from_numpy(numpy.fromfile(images, dtype=numpy.uint8).reshape(-1, 64, 64, 3))]
inputs += [torch.from_numpy(numpy.fromfile(file, dtype=numpy.float32).reshape(-1, 18)) for file in aux]
torch.manual_seed(1)
net = Net(5, 18 * len(aux)).train()
with torch.no_grad():
    # The norms of an untrained network know no windows: without them hardly anything would differ.
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    net(*inputs)
    net.eval()
    logits = net(*inputs)[0]
    spread = logits.std(0)
    net.classes.weight.mul_(2 / spread[:, None])
    net.classes.bias.copy_((net.classes.bias - logits.mean(0)) * 2 / spread + torch.tensor([0.0, 0, 0, 0, 2]))
calibration = types.SimpleNamespace(temperatures=[1.0] * 5, biases=[0.0] * 5)
export_onnx(net, calibration, tuple(tensor[:4] for tensor in inputs), path)
`;

/**
 * Registers a version that nobody trained: good for whatever does not ask whether its words are right. They differ from
 * window to window, so that a prediction of the wrong image is seen.
 * @param schema the feature schema whose inputs it takes
 * @returns its name; promoting it is the caller's
 */
export async function publishUntrainedModel(
  installation: Pick<Installation, 'home' | 'query'>,
  schema: FeatureSchema,
): Promise<string> {
  if (!existsSync(TRAINER_PYTHON)) {
    throw new Error(
      `There is no Python with PyTorch at ${TRAINER_PYTHON}: "npm test" makes it, or name one in HALYARD_TRAIN_PYTHON.`,
    );
  }
  const { inputs, quantisation } = someWindows(schema);
  const model = exportModel(inputs);
  const sha256 = createHash('sha256').update(model).digest('hex');
  const [{ count }] = await installation.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM "ModelVersion"',
  );
  const name = `v0_${count + 1}_0`;
  const metrics = {
    version: name,
    class_map: CLASS_IDS,
    feature_schema_ver: schema,
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
    [name, storageKey, sha256, model.length, schema, JSON.stringify(CLASS_IDS), JSON.stringify(metrics)],
  );
  return name;
}

/** What a model sees of every third window of a small synthetic series, and the quantisation that it is painted with. */
function someWindows(schema: FeatureSchema): { inputs: ModelInputs; quantisation: Quantisation } {
  const [{ bars }] = generateUniverse(3, { series: 1, barsPerSeries: 1000 });
  const indicators = computeIndicators(bars, 0, bars.length);
  const fit = fitQuantisation();
  fit.add('', bars, indicators, 0, bars.length);
  const { global } = fit.finish();
  const count = Math.floor((bars.length - 128) / 3);
  const inputs = allocateInputs(schema, count);
  for (let i = 0; i < count; i++) composeInputs(inputs, i, bars, indicators, 128 + 3 * i, global);
  return { inputs, quantisation: { schema: 1, global, series: {} } };
}

function exportModel({ images, aux }: ModelInputs): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'halyard-untrained-'));
  try {
    const file = join(folder, 'model.onnx');
    const given = [images, ...(aux === null ? [] : [aux])].map((values, i) => {
      const path = join(folder, `${i}.bin`);
      writeFileSync(path, values);
      return path;
    });
    execFileSync(TRAINER_PYTHON, ['-c', SCRIPT, file, ...given], {
      cwd: join(process.cwd(), 'workers/train'),
      stdio: 'inherit',
    });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
