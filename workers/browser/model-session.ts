import * as ort from 'onnxruntime-web/wasm';
import { allocateInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import { AUX_LENGTH, FEATURE_SCHEMAS, IMAGE } from '@/lib/core/image/schema.ts';
import type { ModelToLoad } from './inference-protocol.ts';
import { RUNTIME, RUNTIME_FILES } from './runtime-files.ts';
import { sha256Hex } from './sha256.ts';

const OUTPUTS = ['logits', 'probs', 'quality', 'pole_katr'] as const;

/** What the model says of a batch, row by row: five logits and probabilities, a quality and a pole a window. */
export type ModelOutputs = Readonly<Record<(typeof OUTPUTS)[number], Float32Array>>;

/** A model that runs in this worker; one at a time, as the runtime gives no memory back. */
export interface BrowserSession {
  readonly model: ModelToLoad;
  /** @param inputs of the model's schema */
  run(inputs: ModelInputs): Promise<ModelOutputs>;
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
  ort.env.wasm.wasmPaths = RUNTIME;
  // The runtime does not tell a server that is away from a browser that cannot run it. What has been fetched once it
  // takes from the browser's cache.
  const [bytes] = await Promise.all([model.url, ...RUNTIME_FILES].map(fetchWhole));
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
    const { inputs } = FEATURE_SCHEMAS[model.schema];
    if (inputs.join() !== session.inputNames.join()) {
      throw new UnusableModel(
        `Model ${model.version} is not used: it has the inputs ${session.inputNames.join(', ')}, and feature schema ${model.schema} has ${inputs.join(', ')}.`,
      );
    }
    await runBatch(session, allocateInputs(model.schema, 1));
    return { model, run: (batch) => runBatch(session, batch) };
  } catch (error) {
    if (error instanceof UnusableModel) throw error;
    throw new UnusableModel(`Model ${model.version} did not start: ${wordsOf(error)}.`);
  }
}

/** @throws UnreachableModel */
async function fetchWhole(url: string): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin' });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new UnreachableModel(`The model could not be fetched: ${url}: ${wordsOf(error)}.`);
  }
  throw new UnreachableModel(`The model could not be fetched: ${url} answered ${response.status}.`);
}

async function runBatch(
  session: ort.InferenceSession,
  { count, images, aux }: ModelInputs,
): Promise<ModelOutputs> {
  const feeds: Record<string, ort.Tensor> = {
    image: new ort.Tensor('uint8', images, [count, IMAGE.size, IMAGE.size, IMAGE.channels]),
  };
  if (aux !== null) feeds.aux = new ort.Tensor('float32', aux, [count, AUX_LENGTH]);
  const results = await session.run(feeds, [...OUTPUTS]);
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
