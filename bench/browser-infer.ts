import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-node';
import type { FromWorker, ToWorker } from '@/workers/browser/inference-protocol.ts';
import { CLASS_IDS } from '../lib/contract/classes.ts';
import { IMAGE } from '../lib/core/image/schema.ts';
import { quantileSorted } from '../lib/core/quantile.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';
import { modelFile } from './model-file.ts';
import { openBrowser } from './page.ts';
import { serveWorker } from './worker-page.ts';

const BATCH = 16;
const BARS = 192;

interface Measured {
  readonly readyMs: number;
  readonly threads: number;
  readonly single: number[];
  readonly batch: number[];
}

/** The page's own worker, on the page's own terms (isolation, wasm from /ort), with windows of 192 bars to compose. */
export default {
  name: 'browser-infer',
  about: 'the model in a browser worker: one image, a batch of 16 with threads, and from nothing to ready',
  async run({ quick }) {
    const model = modelFile();
    const repeats = quick ? 40 : 200;
    const { origin, close } = await serveWorker('inference.worker.ts', model);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      // tsx keeps functions' names through a helper that the page does not have.
      await page.addInitScript('globalThis.__name = (value) => value');
      await page.goto(origin);
      const sha256 = createHash('sha256').update(model).digest('hex');
      const measured = await page.evaluate(measureInBrowser, {
        sha256,
        classCount: CLASS_IDS.length,
        repeats,
        batch: BATCH,
        bars: BARS,
      });
      return figuresOf(measured, await nativeTimes(model, repeats));
    } finally {
      await browser.close();
      close();
    }
  },
} satisfies Bench;

function figuresOf({ readyMs, threads, single, batch }: Measured, native: number[]): Figure[] {
  const at = (values: number[], q: number) => quantileSorted(Float64Array.from(values).sort(), q);
  const figure = (name: string, value: number, n: number, limit: number | null, unit = 'ms'): Figure => ({
    bench: 'browser-infer',
    figure: name,
    value: Number(value.toFixed(2)),
    unit,
    n,
    size: `64x64x3, ${threads} threads`,
    limit,
    machine: machineName(),
  });
  const one = at(single, 0.5);
  return [
    figure('single_p50_ms', one, single.length, 12),
    figure('single_p95_ms', at(single, 0.95), single.length, null),
    figure('batch16_p50_ms_an_image', at(batch, 0.5), batch.length, 8),
    figure('batch16_p95_ms_an_image', at(batch, 0.95), batch.length, null),
    figure('ready_ms', readyMs, 1, 1000),
    figure('single_over_native', one / at(native, 0.5), native.length, null, 'times'),
  ];
}

interface Given {
  readonly sha256: string;
  readonly classCount: number;
  readonly repeats: number;
  readonly batch: number;
  readonly bars: number;
}

/** Runs in the page: nothing from outside is in scope here. */
async function measureInBrowser({ sha256, classCount, repeats, batch, bars }: Given): Promise<Measured> {
  const worker = new Worker('/worker.js', { type: 'module' });
  const ask = (message: ToWorker) =>
    new Promise<FromWorker>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
  const wave = (scale: number, lift: number) =>
    Float64Array.from({ length: bars }, (_, i) => 100 + lift + scale * Math.sin(i / 7));
  const snapshot = {
    timeframeMs: 3_600_000,
    state: null,
    bars: {
      length: bars,
      ts: Float64Array.from({ length: bars }, (_, i) => i * 3_600_000),
      open: wave(5, 0),
      high: wave(5, 2),
      low: wave(5, -2),
      close: wave(5, 1),
      volume: wave(5, 0),
      takerBuyVolume: wave(2, -50),
    },
  };
  const row = { M: 0.05, rsiMean: 0.5, rsiStd: 0.1, drMean: 0, drStd: 0.05, p0_5: -2, p99_5: 2 };
  const quantisation = { schema: 1 as const, global: row, series: {} };
  const ready = await ask({
    type: 'load',
    model: { version: 'v0_0_0', url: '/model.onnx', sha256, schema: 1, quantisation, classCount },
  });
  if (ready.type !== 'ready') throw new Error('words' in ready ? ready.words : ready.type);
  const timesOf = async (count: number, rounds: number): Promise<number[]> => {
    const windows = Array.from({ length: count }, (_, i) => ({
      windowId: String(i),
      seriesKey: '',
      snapshot,
    }));
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const answer = await ask({ type: 'predict', request: i, windows });
      if (answer.type !== 'predictions') throw new Error('words' in answer ? answer.words : answer.type);
      times.push(answer.predictions[0].ms);
    }
    return times;
  };
  await timesOf(batch, 2);
  const single = await timesOf(1, repeats);
  return {
    readyMs: ready.ms,
    threads: ready.backend.threads,
    single,
    batch: await timesOf(batch, Math.ceil(repeats / 4)),
  };
}

async function nativeTimes(model: Buffer, repeats: number): Promise<number[]> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const { size, channels, bytes } = IMAGE;
  const image = new ort.Tensor('uint8', new Uint8Array(bytes), [1, size, size, channels]);
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    await session.run({ image });
    times.push(performance.now() - started);
  }
  await session.release();
  return times;
}
