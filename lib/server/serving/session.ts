import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { type ModelInputs, requireInputs } from '@/lib/core/image/inputs.ts';
import { AUX_LENGTH, FEATURE_SCHEMAS, type FeatureSchema, IMAGE } from '@/lib/core/image/schema.ts';
import { Refusal } from '../error.ts';
import { type ModelIdentity, requireCompatible } from './compatible.ts';

export interface ModelFile extends ModelIdentity {
  readonly path: string;
  /** Of the whole file: another file under this name is refused. */
  readonly sha256: string;
}

/** What a model says of `count` windows, row by row. */
export interface ModelOutput {
  readonly count: number;
  /** count × 5, calibrated for natural prevalence. */
  readonly probabilities: Float32Array;
  /** count; the probability of the most probable class. */
  readonly quality: Float32Array;
  /** count; pole height in ATR, meaningful for flags. */
  readonly poleKatr: Float32Array;
  /** count × 64. */
  readonly embedding: Float32Array;
}

export interface ModelSession {
  /** Whose inputs the model reads (`allocateInputs`). */
  readonly schema: FeatureSchema;
  /** @throws RangeError where the inputs are not those of its schema */
  run(inputs: ModelInputs): Promise<ModelOutput>;
  release(): Promise<void>;
}

const OUTPUTS = {
  probabilities: 'probs',
  quality: 'quality',
  poleKatr: 'pole_katr',
  embedding: 'embed',
} as const;

/**
 * Loads a model for onnxruntime-node. The bytes that are hashed are the bytes that run.
 * @param threads for one batch; 1 leaves the other cores to others
 * @throws Refusal where the file, its feature schema, its inputs or its class map are not what this app takes
 */
export async function openModelSession(file: ModelFile, threads: number): Promise<ModelSession> {
  const schema = requireCompatible(file);
  const bytes = await readFile(file.path).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal('unavailable', `The file of version ${file.name} cannot be read (${error.code}).`);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256) {
    throw new Refusal(
      'conflict',
      `The file of version ${file.name} has SHA-256 ${sha256}, but ${file.sha256} was registered: it has been damaged or replaced.`,
    );
  }
  const session = await createSession(file, schema, bytes, threads);
  return {
    schema,
    run: (inputs) => runBatch(session, schema, inputs),
    release: () => session.release(),
  };
}

async function createSession(
  file: ModelFile,
  schema: FeatureSchema,
  bytes: Uint8Array,
  threads: number,
): Promise<InferenceSession> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      'conflict',
      `The file of version ${file.name} is no ONNX model that can be run: ${why}`,
    );
  }
  const { inputNames, outputNames } = session;
  const { inputs } = FEATURE_SCHEMAS[schema];
  const outputs = Object.values(OUTPUTS);
  // An input more than those given would end every run; one less would be a model of another schema.
  if (inputs.join() !== inputNames.join() || outputs.some((name) => !outputNames.includes(name))) {
    await session.release();
    throw new Refusal(
      'conflict',
      `The model of version ${file.name} has the inputs ${inputNames.join(', ')} and the outputs ${outputNames.join(', ')}; of feature schema ${schema} the inputs ${inputs.join(', ')} and the outputs ${outputs.join(', ')} are needed.`,
    );
  }
  return session;
}

async function runBatch(
  session: InferenceSession,
  schema: FeatureSchema,
  inputs: ModelInputs,
): Promise<ModelOutput> {
  requireInputs(schema, inputs);
  const { count, images, aux } = inputs;
  const feeds: Record<string, Tensor> = {
    image: new Tensor('uint8', images, [count, IMAGE.size, IMAGE.size, IMAGE.channels]),
  };
  if (aux !== null) feeds.aux = new Tensor('float32', aux, [count, AUX_LENGTH]);
  const results = await session.run(feeds, Object.values(OUTPUTS));
  const floats = (name: string, length: number): Float32Array => {
    const { data } = results[name];
    if (data instanceof Float32Array && data.length === length) return data;
    throw new Error(
      `model output ${name} has ${data.length} values of ${results[name].type}; ${length} float32 are needed`,
    );
  };
  return {
    count,
    probabilities: floats(OUTPUTS.probabilities, count * CLASS_COUNT),
    quality: floats(OUTPUTS.quality, count),
    poleKatr: floats(OUTPUTS.poleKatr, count),
    embedding: floats(OUTPUTS.embedding, count * EMBEDDING_SIZE),
  };
}
