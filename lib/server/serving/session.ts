import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { Refusal } from '../error.ts';
import { type ModelIdentity, requireCompatible } from './compatible.ts';

export interface ModelFile extends ModelIdentity {
  readonly path: string;
  /** Of the whole file: another file under this name is refused. */
  readonly sha256: string;
}

/** What a model says of `count` images, row by row. */
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
  /** @param images count × 12,288 bytes, as composeImage writes them */
  run(images: Uint8Array, count: number): Promise<ModelOutput>;
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
 * @throws Refusal where the file, its feature schema or its class map is not what this app takes
 */
export async function openModelSession(file: ModelFile, threads: number): Promise<ModelSession> {
  requireCompatible(file);
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
  const session = await createSession(file, bytes, threads);
  return {
    run: (images, count) => runBatch(session, images, count),
    release: () => session.release(),
  };
}

async function createSession(file: ModelFile, bytes: Uint8Array, threads: number): Promise<InferenceSession> {
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
  const missing = Object.values(OUTPUTS).filter((name) => !session.outputNames.includes(name));
  if (missing.length > 0 || !session.inputNames.includes('image')) {
    await session.release();
    throw new Refusal(
      'conflict',
      `The model of version ${file.name} has inputs ${session.inputNames.join(', ')} and outputs ${session.outputNames.join(', ')}; image and ${Object.values(OUTPUTS).join(', ')} are needed.`,
    );
  }
  return session;
}

async function runBatch(session: InferenceSession, images: Uint8Array, count: number): Promise<ModelOutput> {
  const { size, channels, bytes } = FEATURE_SCHEMA;
  if (images.length !== count * bytes) {
    throw new RangeError(`batch of ${images.length} bytes: ${count} images have ${count * bytes}`);
  }
  const image = new Tensor('uint8', images, [count, size, size, channels]);
  const results = await session.run({ image }, Object.values(OUTPUTS));
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
