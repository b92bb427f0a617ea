import { allocateInputs, composeInputs, sliceInputs } from '@/lib/core/image/inputs.ts';
import { occludePatches, PATCHES, patchWeights } from '@/lib/core/image/occlusion.ts';
import { quantisationFor } from '@/lib/core/image/quantisation.ts';
import { AUX_LENGTH } from '@/lib/core/image/schema.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import type {
  FromWorker,
  ModelToLoad,
  PatchesToWeigh,
  Prediction,
  ToWorker,
  WindowToPredict,
} from './inference-protocol.ts';
import {
  type BrowserSession,
  openBrowserSession,
  threadsUpTo,
  UnreachableModel,
  wordsOf,
} from './model-session.ts';

/** Batches gain up to here; one image gains nothing from threads (docs/performance.md). */
const MOST_THREADS = 4;

/** Of occluded images: where batches stop gaining. */
const BATCH = 16;

const threads = threadsUpTo(MOST_THREADS);
let loaded: BrowserSession | null = null;

function post(message: FromWorker): void {
  postMessage(message);
}

async function load(model: ModelToLoad): Promise<void> {
  const started = performance.now();
  try {
    loaded = await openBrowserSession(model, threads);
    // The only build that is served has SIMD; without it the module would not have started.
    post({ type: 'ready', backend: { threads, simd: true }, ms: performance.now() - started });
  } catch (error) {
    const type = error instanceof UnreachableModel ? 'unreachable' : 'unusable';
    post({ type, words: wordsOf(error) });
  }
}

async function predict(use: BrowserSession, windows: readonly WindowToPredict[]): Promise<Prediction[]> {
  const inputs = allocateInputs(use.model.schema, windows.length);
  windows.forEach(({ snapshot, seriesKey }, i) => {
    const { bars, indicators, t } = openSnapshot(snapshot);
    composeInputs(inputs, i, bars, indicators, t, quantisationFor(use.model.quantisation, seriesKey));
  });
  const started = performance.now();
  const { logits, probs, quality, pole_katr } = await use.run(inputs);
  const ms = (performance.now() - started) / windows.length;
  const { classCount, version } = use.model;
  return windows.map(({ windowId }, i) => {
    const { images, aux } = sliceInputs(inputs, i, i + 1);
    return {
      windowId,
      version,
      probabilities: probs.slice(i * classCount, (i + 1) * classCount),
      logits: logits.slice(i * classCount, (i + 1) * classCount),
      quality: quality[i],
      poleKatr: pole_katr[i],
      // Copies: a view would take the whole batch along when it is sent.
      image: images.slice(),
      aux: aux?.slice() ?? null,
      ms,
    };
  });
}

async function weigh(
  use: BrowserSession,
  { image, aux, logits, channel, subject }: PatchesToWeigh,
): Promise<Float32Array> {
  const occluded = allocateInputs(use.model.schema, PATCHES);
  occludePatches(occluded.images, image, channel);
  if (aux !== null) for (let i = 0; i < PATCHES; i++) occluded.aux?.set(aux, i * AUX_LENGTH);
  const said = new Float32Array(PATCHES * logits.length);
  for (let first = 0; first < PATCHES; first += BATCH) {
    const batch = await use.run(sliceInputs(occluded, first, first + BATCH));
    said.set(batch.logits, first * logits.length);
  }
  return patchWeights(logits, said, subject);
}

// One after the other: the session runs one batch at a time, and a load must be over before the first prediction.
let queue: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  queue = queue.then(async () => {
    if (data.type === 'load') {
      await load(data.model);
      return;
    }
    const { request } = data;
    try {
      if (loaded === null) throw new Error('no model is loaded');
      if (data.type === 'weigh')
        post({ type: 'weighed', request, weights: await weigh(loaded, data.patches) });
      else post({ type: 'predictions', request, predictions: await predict(loaded, data.windows) });
    } catch (error) {
      post({ type: 'failed', request, words: wordsOf(error) });
    }
  });
});
