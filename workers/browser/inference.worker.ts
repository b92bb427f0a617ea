import * as ort from 'onnxruntime-web/wasm';
import { composeImage } from '@/lib/core/image/compose.ts';
import { quantisationFor } from '@/lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import type { FromWorker, ModelToLoad, Prediction, ToWorker, WindowToPredict } from './inference-protocol.ts';
import { sha256Hex } from './sha256.ts';

/** Batches gain up to here; one image gains nothing from threads (docs/performance.md). */
const MOST_THREADS = 4;
const OUTPUTS = ['logits', 'probs', 'quality', 'pole_katr'] as const;

interface Loaded {
  readonly model: ModelToLoad;
  readonly session: ort.InferenceSession;
}

// Probed once: without isolation there is no shared memory, hence one thread.
const threads = globalThis.crossOriginIsolated
  ? Math.min(MOST_THREADS, Math.max(1, navigator.hardwareConcurrency))
  : 1;
ort.env.wasm.numThreads = threads;
ort.env.wasm.proxy = false;
ort.env.wasm.wasmPaths = '/ort/';

let loaded: Loaded | null = null;

function post(message: FromWorker): void {
  postMessage(message);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function fetchModel({ url, version }: ModelToLoad): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const response = await fetch(url, { credentials: 'same-origin' });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    post({ type: 'unreachable', words: `Model ${version}: the server answered ${response.status}.` });
  } catch (error) {
    post({ type: 'unreachable', words: `Model ${version} could not be fetched: ${wordsOf(error)}.` });
  }
  return null;
}

async function load(model: ModelToLoad): Promise<void> {
  const started = performance.now();
  const bytes = await fetchModel(model);
  if (bytes === null) return;
  const hash = await sha256Hex(bytes);
  if (hash !== model.sha256) {
    const words = `Model ${model.version} is not used: its file has SHA-256 ${hash.slice(0, 12)}…, and ${model.sha256.slice(0, 12)}… was promised.`;
    post({ type: 'unusable', words });
    return;
  }
  try {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    const missing = OUTPUTS.filter((name) => !session.outputNames.includes(name));
    if (missing.length > 0) {
      post({
        type: 'unusable',
        words: `Model ${model.version} is not used: it lacks ${missing.join(', ')}.`,
      });
      return;
    }
    loaded = { model, session };
    // The first run compiles and allocates: nobody should wait for it after an answer.
    await run(loaded, new Uint8Array(FEATURE_SCHEMA.bytes), 1);
    // The only build that is served has SIMD; without it the module would not have started.
    post({ type: 'ready', backend: { threads, simd: true }, ms: performance.now() - started });
  } catch (error) {
    post({ type: 'unusable', words: `Model ${model.version} did not start: ${wordsOf(error)}.` });
  }
}

type Outputs = Readonly<Record<(typeof OUTPUTS)[number], Float32Array>>;

async function run({ session }: Loaded, images: Uint8Array, count: number): Promise<Outputs> {
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

async function predict(use: Loaded, windows: readonly WindowToPredict[]): Promise<Prediction[]> {
  const { bytes } = FEATURE_SCHEMA;
  const images = new Uint8Array(windows.length * bytes);
  windows.forEach(({ snapshot, seriesKey }, i) => {
    const { bars, indicators, t } = openSnapshot(snapshot);
    composeImage(images, i * bytes, bars, indicators, t, quantisationFor(use.model.quantisation, seriesKey));
  });
  const started = performance.now();
  const { logits, probs, quality, pole_katr } = await run(use, images, windows.length);
  const ms = (performance.now() - started) / windows.length;
  const { classCount, version } = use.model;
  return windows.map(({ windowId }, i) => ({
    windowId,
    version,
    probabilities: probs.slice(i * classCount, (i + 1) * classCount),
    logits: logits.slice(i * classCount, (i + 1) * classCount),
    quality: quality[i],
    poleKatr: pole_katr[i],
    image: images.slice(i * bytes, (i + 1) * bytes),
    ms,
  }));
}

// One after the other: the session runs one batch at a time, and a load must be over before the first prediction.
let queue: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  queue = queue.then(async () => {
    if (data.type === 'load') {
      await load(data.model);
      return;
    }
    const { request, windows } = data;
    try {
      if (loaded === null) throw new Error('no model is loaded');
      post({ type: 'predictions', request, predictions: await predict(loaded, windows) });
    } catch (error) {
      post({ type: 'failed', request, words: wordsOf(error) });
    }
  });
});
