import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, expect, type Page } from '@playwright/test';
import type { FromScanWorker, ToScanWorker } from '@/workers/browser/scan-protocol.ts';
import { Installation } from '../e2e/support/installation.ts';
import { becomeAdmin } from '../e2e/support/page.ts';
import { publishUntrainedModel } from '../e2e/support/untrained-model.ts';
import { CLASS_IDS } from '../lib/contract/classes.ts';
import type { Bars } from '../lib/core/bar.ts';
import { computeIndicators } from '../lib/core/indicator/compute-indicators.ts';
import { quantileSorted } from '../lib/core/quantile.ts';
import { createRandom } from '../lib/core/random.ts';
import { takeStretch } from '../lib/core/snapshot.ts';
import { encodeSnapshot } from '../lib/core/snapshot-codec.ts';
import { generateSeries } from '../lib/core/synthetic/generate-series.ts';
import { timeframeMs } from '../lib/core/timeframe.ts';
import type { Bench, Figure } from './figure.ts';
import { framesDuring } from './frames.ts';
import { machineName } from './machine.ts';
import { modelFile } from './model-file.ts';
import { openBrowser } from './page.ts';
import { serveWorker } from './worker-page.ts';

const BARS = 500_000;
const TIMEFRAME = '5m';
/** tsx keeps functions' names through a helper that a page does not have. */
const KEEP_NAMES = 'globalThis.__name = (value) => value';
const SIZE = `${BARS} bars, 1440×900`;

/**
 * The explore page over half a million bars: frames while the view is dragged, moved by keys and zoomed at every level,
 * and while the model runs beside it; then the model over the series, and the same work in other shapes of worker pools.
 */
export default {
  name: 'explore',
  about: `a pan over ${BARS} bars, frame by frame, and the model over them in the browser`,
  async run({ quick }) {
    const installation = await Installation.start({ demo: false });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.addInitScript(KEEP_NAMES);
      await openLongSeries(page, installation);
      const rounds = quick ? 1 : 3;
      const panned = await panEverywhere(page, rounds);
      const scanned = await scanWhile(page, quick ? 20_000 : 60_000);
      return [
        ...frameFigures('pan', panned, 50),
        ...frameFigures('pan_while_scanning', scanned.frames, null),
        figure('scan_windows_per_s', scanned.windowsPerSecond, '1/s', scanned.windows, null, SIZE),
        ...(await poolFigures(browser, quick ? 160 : 480)),
      ];
    } finally {
      await browser.close();
      await installation.remove();
    }
  },
} satisfies Bench;

function figure(
  name: string,
  value: number,
  unit: string,
  n: number,
  limit: number | null,
  size: string,
): Figure {
  const rounded = Number(value.toFixed(1));
  return { bench: 'explore', figure: name, value: rounded, unit, n, size, limit, machine: machineName() };
}

function frameFigures(name: string, frames: readonly number[], limit: number | null): Figure[] {
  const sorted = Float64Array.from(frames).sort();
  const n = sorted.length;
  return [
    figure(`${name}_longest_frame_ms`, sorted[n - 1], 'ms', n, limit, SIZE),
    figure(`${name}_frame_p99_ms`, quantileSorted(sorted, 0.99), 'ms', n, null, SIZE),
  ];
}

/** Imports the series, promotes a model, and opens the page on it. */
async function openLongSeries(page: Page, installation: Installation): Promise<void> {
  await importBars(installation);
  await becomeAdmin(page, installation.link);
  const version = await publishUntrainedModel(installation, 1);
  const promoted = await page.request.post(`${installation.origin}/api/v1/models/${version}/promote`, {
    data: { reason: 'benchmark', override: true },
    headers: { origin: installation.origin },
  });
  if (!promoted.ok()) throw new Error(`the model was not promoted: ${await promoted.text()}`);
  await page.goto(`${installation.origin}/explore?series=1`);
  await settled(page);
}

function longSeries(bars: number): Bars {
  const plan = {
    symbol: 'LONG',
    timeframe: TIMEFRAME,
    bars,
    firstTs: Date.UTC(2020, 0, 1),
    price: 100,
    volatility: 0.0015,
    volume: 500,
  } as const;
  return generateSeries(plan, createRandom(9)).bars;
}

async function importBars(installation: Installation): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'halyard-bench-bars-'));
  try {
    const bars = longSeries(BARS);
    const lines = ['ts_ms,open,high,low,close,volume,taker_buy_volume'];
    for (let i = 0; i < bars.length; i++) {
      const { ts, open, high, low, close, volume, takerBuyVolume } = bars;
      lines.push([ts[i], open[i], high[i], low[i], close[i], volume[i], takerBuyVolume[i]].join(','));
    }
    const file = join(folder, `demo_LONG_${TIMEFRAME}.csv.gz`);
    writeFileSync(file, gzipSync(lines.join('\n'), { level: 1 }));
    const names = ['--venue', 'demo', '--symbol', 'LONG', '--timeframe', TIMEFRAME];
    const { code, stderr } = await installation.halyard(['import', file, ...names]);
    if (code !== 0) throw new Error(`the bars were not imported: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Until every bar in view is drawn. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByTestId('explore-chart')).toHaveAttribute('data-complete', 'true', {
    timeout: 30_000,
  });
}

/** Bars a bucket at which the pan is measured: single bars, some, many, all. */
const ZOOM_OUT = [0, 8, 16, 24];

async function panEverywhere(page: Page, rounds: number): Promise<number[]> {
  const frames: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.keyboard.press('End');
    for (const steps of ZOOM_OUT) {
      await page.keyboard.press('0');
      await settled(page);
      for (let i = 0; i < 34 - steps; i++) await page.keyboard.press('+');
      await settled(page);
      // Whatever a level needs for the first time is not a pan's.
      await page.waitForTimeout(300);
      frames.push(...(await framesDuring(page, () => dragAcross(page))));
      frames.push(...(await framesDuring(page, () => holdArrow(page))));
    }
    frames.push(...(await framesDuring(page, () => dragBrush(page))));
    frames.push(...(await framesDuring(page, () => turnWheel(page))));
  }
  return frames;
}

/** Five drags over nearly the whole plot, 60 moves each. */
async function dragAcross(page: Page): Promise<void> {
  const box = await boxOf(page, 'explore-chart');
  const y = box.y + 200;
  for (let drag = 0; drag < 5; drag++) {
    await page.mouse.move(box.x + 100, y);
    await page.mouse.down();
    for (let i = 1; i <= 60; i++) await page.mouse.move(box.x + 100 + i * 18, y);
    await page.mouse.up();
  }
}

async function holdArrow(page: Page): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('ArrowLeft');
    await page.waitForTimeout(33);
  }
}

/** The brush over the whole history. */
async function dragBrush(page: Page): Promise<void> {
  const box = await boxOf(page, 'minimap');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 60, y);
  await page.mouse.down();
  for (let x = box.x + 60; x < box.x + box.width - 60; x += 6) await page.mouse.move(x, y);
  await page.mouse.up();
}

async function turnWheel(page: Page): Promise<void> {
  const box = await boxOf(page, 'explore-chart');
  await page.mouse.move(box.x + 600, box.y + 200);
  for (const delta of [120, -120]) {
    for (let i = 0; i < 40; i++) {
      await page.mouse.wheel(0, delta);
      await page.waitForTimeout(33);
    }
  }
}

async function boxOf(page: Page, testId: string) {
  const box = await page.getByTestId(testId).boundingBox();
  if (box === null) throw new Error(`${testId} is not on the page`);
  return box;
}

/** Runs the model over the whole series for a while, a drag now and then, and cancels it. */
async function scanWhile(page: Page, ms: number) {
  await page.keyboard.press('End');
  await page.getByRole('button', { name: 'whole series' }).click();
  const run = page.getByTestId('model-run');
  await expect(run).toHaveAttribute('data-phase', 'running', { timeout: 60_000 });
  const done = async () => Number(await run.getAttribute('data-done'));
  const before = await done();
  const started = performance.now();
  await page.waitForTimeout(ms / 2);
  const windows = (await done()) - before;
  const windowsPerSecond = (windows * 1000) / (performance.now() - started);
  const frames = await framesDuring(page, () => dragAcross(page));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(run).toHaveAttribute('data-phase', 'idle');
  return { windows, windowsPerSecond, frames };
}

/** As many workers as cores with a thread each, and one worker with a thread a core: which is faster here. */
async function poolFigures(browser: Browser, windows: number): Promise<Figure[]> {
  const model = modelFile();
  const { origin, close } = await serveWorker('scan.worker.ts', model);
  try {
    const page = await browser.newPage();
    await page.addInitScript(KEEP_NAMES);
    await page.goto(origin);
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    const bars = longSeries(2000);
    const snapshot = takeStretch(
      bars,
      { from: 0, to: bars.length },
      computeIndicators(bars, 0, bars.length),
      1000,
      1000 + windows,
      timeframeMs(TIMEFRAME),
    );
    const given = {
      stretch: Array.from(encodeSnapshot(snapshot)),
      windows,
      sha256: createHash('sha256').update(model).digest('hex'),
      classCount: CLASS_IDS.length,
    };
    const figures: Figure[] = [];
    for (const [workers, threads] of [
      [cores, 1],
      [1, cores],
    ]) {
      const rate = await page.evaluate(rateOfPool, { ...given, workers, threads });
      const name = `pool_${workers}_workers_${threads}_threads_windows_per_s`;
      figures.push(figure(name, rate, '1/s', windows * workers, null, `${windows} windows a worker`));
    }
    return figures;
  } finally {
    close();
  }
}

interface Pool {
  readonly stretch: number[];
  readonly windows: number;
  readonly sha256: string;
  readonly classCount: number;
  readonly workers: number;
  readonly threads: number;
}

/** Runs in the page: nothing from outside is in scope here. */
async function rateOfPool({ stretch, windows, sha256, classCount, workers, threads }: Pool): Promise<number> {
  const row = { M: 0.05, rsiMean: 0.5, rsiStd: 0.1, drMean: 0, drStd: 0.05, p0_5: -2, p99_5: 2 };
  const quantisation = { schema: 1 as const, global: row, series: {} };
  const model = {
    version: 'v0_0_0',
    url: '/model.onnx',
    sha256,
    schema: 1 as const,
    quantisation,
    classCount,
  };
  const pool = Array.from({ length: workers }, () => new Worker('/worker.js', { type: 'module' }));
  const ask = (worker: Worker, message: ToScanWorker, last: FromScanWorker['type']) =>
    new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromScanWorker>) => {
        if (data.type === last) resolve();
        else if ('words' in data) reject(new Error(data.words));
      };
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
  const scan = (worker: Worker) => {
    const bytes = Uint8Array.from(stretch);
    const task = { bytes, from: 1000, to: 1000 + windows, segmentFrom: 0, maxWindowGap: 2.5, seriesKey: '' };
    return ask(worker, { type: 'scan', stretch: task }, 'done');
  };
  await Promise.all(pool.map((worker) => ask(worker, { type: 'load', model, threads }, 'ready')));
  const started = performance.now();
  await Promise.all(pool.map(scan));
  const seconds = (performance.now() - started) / 1000;
  for (const worker of pool) worker.terminate();
  return (workers * windows) / seconds;
}
