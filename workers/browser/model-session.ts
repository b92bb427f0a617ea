import * as ort from 'onnxruntime-web/wasm';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import type { ModelToLoad } from './inference-protocol.ts';
import { sha256Hex } from './sha256.ts';

const OUTPUTS = ['logits', 'probs', 'quality', 'pole_katr'] as const;

/** What the model says of a batch, row by row: five logits and probabilities, a quality and a pole an image. */
export type ModelOutputs = Readonly<Record<(typeof OUTPUTS)[number], Float32Array>>;

/** A model that runs in this worker; one at a time, as the runtime gives no memory back. */
export interface BrowserSession {
  readonly model: ModelToLoad;
  /** @param images count × 12,288 bytes, as composeImage writes them */
  run(images: Uint8Array, count: number): Promise<ModelOutputs>;
}

/** The model cannot be used; the message says why. */
export class UnusableModel extends Error {}
/** The file could not be fetched: trying again may help. */
export class UnreachableModel extends Error {}

/** Threads that a session may have here: without isolation there is no shared memory, hence one. */
export function threadsUpTo(most: number): number {
  return globalThis.crossOriginIsolated ? Math.min(most, Math.max(1, navigator.hardwareConcurrency)) : 1;
}

/**
 * Fetches a model, checks that it is the one that was promised, and runs it once, which compiles and allocates: nobody
 * should wait for that later.
 * @throws UnusableModel, UnreachableModel
 */
export async function openBrowserSession(model: ModelToLoad, threads: number): Promise<BrowserSession> {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmPaths = '/ort/';
  const bytes = await fetchModel(model);
  const hash = await sha256Hex(bytes);
  if (hash !== model.sha256) {
    throw new UnusableModel(
      `Model ${model.version} is not used: its file has SHA-256 ${hash.slice(0, 12)}…, and ${model.sha256.slice(0, 12)}… was promised.`,
    );
  }
  try {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    const missing = OUTPUTS.filter((name) => !session.outputNames.includes(name));
    if (missing.length > 0) {
      throw new UnusableModel(`Model ${model.version} is not used: it lacks ${missing.join(', ')}.`);
    }
    await runBatch(session, new Uint8Array(FEATURE_SCHEMA.bytes), 1);
    return { model, run: (images, count) => runBatch(session, images, count) };
  } catch (error) {
    if (error instanceof UnusableModel) throw error;
    throw new UnusableModel(`Model ${model.version} did not start: ${wordsOf(error)}.`);
  }
}

async function fetchModel({ url, version }: ModelToLoad): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin' });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new UnreachableModel(`Model ${version} could not be fetched: ${wordsOf(error)}.`);
  }
  throw new UnreachableModel(`Model ${version}: the server answered ${response.status}.`);
}

async function runBatch(
  session: ort.InferenceSession,
  images: Uint8Array,
  count: number,
): Promise<ModelOutputs> {
  const { size, channels } = FEATURE_SCHEMA;
  const image = new ort.Tensor('uint8', images, [count, size, size, channels]);
  const results = await session.run({ image }, [...OUTPUTS]);
  const read = (name: (typeof OUTPUTS)[number]) => results[name].data as Float32Array;
  return {
    logits: read('logits'),
    probs: read('probs'),
    quality: read('quality'),
    pole_katr: read('pole_katr'),
  };
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
