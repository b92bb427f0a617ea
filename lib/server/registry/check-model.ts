import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import { compatibilityOf } from '@/lib/contract/compatible.ts';
import type { Metrics } from '@/lib/contract/metrics.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { calibrate } from '@/lib/core/calibration.ts';
import { type ModelInputs, sliceInputs } from '@/lib/core/image/inputs.ts';
import { AUX_LENGTH, FEATURE_SCHEMAS, type FeatureSchema, IMAGE } from '@/lib/core/image/schema.ts';
import { goldenInputs } from './golden-pack.ts';
import { readOpsets } from './onnx-opset.ts';

/** The operators that models are exported with, and that both runtimes are tested with. */
const OPSET = 13;
/** Furthest that what a model says may lie from what the contract makes of it. */
const TOLERANCE = 1e-3;
const { size, channels } = IMAGE;

/** A tensor of the contract; its first axis is the batch, of any length. */
interface Port {
  readonly type: string;
  readonly shape: readonly number[];
}
const INPUTS = {
  image: { type: 'uint8', shape: [size, size, channels] },
  aux: { type: 'float32', shape: [AUX_LENGTH] },
} as const satisfies Readonly<Record<string, Port>>;
const OUTPUTS: Readonly<Record<string, Port>> = {
  logits: { type: 'float32', shape: [CLASS_COUNT] },
  probs: { type: 'float32', shape: [CLASS_COUNT] },
  quality: { type: 'float32', shape: [] },
  pole_katr: { type: 'float32', shape: [] },
  embed: { type: 'float32', shape: [EMBEDDING_SIZE] },
};

/**
 * What of a model from outside is not as the contract has it, a sentence each; empty where all is.
 * @param metrics its metrics.json
 */
export async function checkModel(model: Uint8Array, metrics: Metrics): Promise<string[]> {
  const fits = compatibilityOf({ featureSchema: metrics.feature_schema_ver, classMap: metrics.class_map });
  if (!fits.ok) return [`The model ${fits.why}.`];
  const faults = opsetFaults(model);
  if (faults === null) return ['The file is no ONNX model: it cannot be read as one.'];
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [...faults, `The file is no ONNX model that can be run: ${words}`];
  }
  try {
    const inputs = FEATURE_SCHEMAS[fits.schema].inputs.map((name) => [name, INPUTS[name]] as const);
    faults.push(
      ...portFaults('input', Object.fromEntries(inputs), session.inputMetadata),
      ...portFaults('output', OUTPUTS, session.outputMetadata),
    );
    // What has other ports cannot be asked.
    if (faults.length === 0) faults.push(...(await behaviourFaults(session, fits.schema, metrics)));
    return faults;
  } finally {
    await session.release();
  }
}

/** Null where the bytes are no ONNX at all. */
function opsetFaults(model: Uint8Array): string[] | null {
  let opsets: Map<string, number>;
  try {
    opsets = readOpsets(model);
  } catch {
    return null;
  }
  const own = opsets.get('');
  if (own === undefined) return null;
  const others = [...opsets.keys()].filter((domain) => domain !== '');
  return [
    ...(own === OPSET ? [] : [`The model uses opset ${own}; ${OPSET} is needed.`]),
    ...(others.length === 0
      ? []
      : [`The model uses operators of ${others.join(', ')}; only ONNX's own are taken.`]),
  ];
}

function portFaults(
  kind: string,
  wanted: Readonly<Record<string, Port>>,
  given: readonly InferenceSession.ValueMetadata[],
): string[] {
  const faults: string[] = [];
  for (const [name, { type, shape }] of Object.entries(wanted)) {
    const found = given.find((one) => one.name === name);
    if (!found) {
      faults.push(`The ${kind} ${name} is missing; there are ${given.map((one) => one.name).join(', ')}.`);
      continue;
    }
    const is = found.isTensor ? `${found.type} [${found.shape.join(', ')}]` : 'no tensor';
    const fits =
      found.isTensor &&
      found.type === type &&
      found.shape.length === shape.length + 1 &&
      shape.every((length, i) => found.shape[i + 1] === length);
    if (!fits)
      faults.push(`The ${kind} ${name} is ${is}; ${type} [${['N', ...shape].join(', ')}] is needed.`);
    else if (found.isTensor && typeof found.shape[0] === 'number')
      faults.push(`The ${kind} ${name} takes ${found.shape[0]} at once; the batch must be of any length.`);
  }
  if (kind === 'input')
    for (const { name } of given)
      if (!Object.hasOwn(wanted, name)) faults.push(`There is an input ${name}, which nobody fills.`);
  return faults;
}

type Said = Record<string, Float32Array>;

/** Asks the model about the golden windows, all at once and one alone. */
async function behaviourFaults(
  session: InferenceSession,
  schema: FeatureSchema,
  metrics: Metrics,
): Promise<string[]> {
  const inputs = goldenInputs(schema, metrics.quantisation);
  const { count } = inputs;
  let said: Said;
  let alone: Said;
  try {
    said = await run(session, inputs);
    alone = await run(session, sliceInputs(inputs, 0, 1));
  } catch (error) {
    return [`The model failed on ${count} images: ${error instanceof Error ? error.message : String(error)}`];
  }
  const faults: string[] = [];
  const worst = (name: string, distance: (row: number) => number): void => {
    const far = Math.max(...Array.from({ length: count }, (_, row) => distance(row)));
    if (!(far <= TOLERANCE)) faults.push(`${name}: off by ${far.toPrecision(2)}.`);
  };
  const { temp_scaling, biases } = metrics;
  const row = (name: string, i: number, width: number) => said[name].subarray(i * width, (i + 1) * width);
  worst('probs do not sum to 1', (i) => Math.abs(sum(row('probs', i, CLASS_COUNT)) - 1));
  worst('quality is not the highest of probs', (i) =>
    Math.abs(said.quality[i] - Math.max(...row('probs', i, CLASS_COUNT))),
  );
  worst('embed is not of unit length', (i) => Math.abs(Math.hypot(...row('embed', i, EMBEDDING_SIZE)) - 1));
  worst('probs are not what temp_scaling and biases of metrics.json make of logits', (i) => {
    const made = calibrate(row('logits', i, CLASS_COUNT), temp_scaling, biases);
    return furthest(made, row('probs', i, CLASS_COUNT));
  });
  worst('pole_katr is no number', (i) => (Number.isFinite(said.pole_katr[i]) ? 0 : Number.NaN));
  const apart = Math.max(
    ...Object.keys(OUTPUTS).map((name) => furthest(alone[name], said[name].subarray(0, alone[name].length))),
  );
  if (!(apart <= TOLERANCE))
    faults.push(`An image alone gives other outputs than among ${count}: off by ${apart.toPrecision(2)}.`);
  return faults;
}

async function run(session: InferenceSession, { count, images, aux }: ModelInputs): Promise<Said> {
  const feeds: Record<string, Tensor> = { image: new Tensor('uint8', images, [count, size, size, channels]) };
  if (aux) feeds.aux = new Tensor('float32', aux, [count, AUX_LENGTH]);
  const results = await session.run(feeds);
  return Object.fromEntries(
    Object.entries(OUTPUTS).map(([name, { shape }]) => {
      const { data } = results[name];
      const length = count * shape.reduce((product, n) => product * n, 1);
      if (!(data instanceof Float32Array) || data.length !== length)
        throw new Error(`${name} has ${data.length} values, ${length} are needed`);
      return [name, data];
    }),
  );
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
