import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { IMAGE } from '../lib/core/image/schema.ts';
import { quantileSorted } from '../lib/core/quantile.ts';
import { createRandom } from '../lib/core/random.ts';
import { openClient, type TestClient } from '../lib/server/grpc/testing/client.ts';
import { paths } from '../lib/server/paths.ts';
import { ensurePostgresEnv } from '../lib/server/pg/database.ts';
import { startEmbeddedPostgres } from '../lib/server/pg/launcher.ts';
import { applyMigrations } from '../lib/server/pg/migrate.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';
import { modelFile } from './model-file.ts';

const CHILD = fileURLToPath(new URL('./grpc/child.ts', import.meta.url));
const RATE = 100;
/** Calls under way at a time when the server is to be filled. */
const CALLERS = 64;
const STREAMS = 8;
const IMAGES = 64;
const WARM_UP_MS = 2000;

type Image = { pixels: Buffer; featureSchema: number };

/** The real network on the real server in a process of its own; the load comes from this one, on the same cores. */
export default {
  name: 'grpc',
  about: `Classify at ${RATE} requests a second, and as many images as go through, one by one and as streams`,
  async run({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'halyard-bench-grpc-'));
    await ensurePostgresEnv(paths());
    const { postgresEnv, migrations } = paths();
    const postgres = await startEmbeddedPostgres({
      folder: join(folder, 'pg'),
      pythonEnv: postgresEnv,
      database: 'bench',
    });
    let server: ChildProcess | undefined;
    try {
      await applyMigrations({ url: postgres.url, folder: migrations });
      writeFileSync(join(folder, 'model.onnx'), modelFile());
      const started = await startServer(folder, postgres.url);
      server = started.child;
      const client = openClient(started.port, started.secret);
      try {
        return await measure(client, quick);
      } finally {
        client.close();
      }
    } finally {
      server?.kill();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;

async function startServer(
  folder: string,
  url: string,
): Promise<{ child: ChildProcess; port: number; secret: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, join(folder, 'model.onnx')], {
    env: { ...process.env, DATABASE_URL: url, HALYARD_HOME: join(folder, 'home'), HALYARD_LOG: 'warn' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) return { child, ...JSON.parse(line) };
  throw new Error('the server ended before it said its port');
}

async function measure(client: TestClient, quick: boolean): Promise<Figure[]> {
  const images = randomImages();
  await fill(client, images, WARM_UP_MS);
  const paced = await atRate(client, images, quick ? 10_000 : 60_000);
  const ms = quick ? 5000 : 20_000;
  const single = await fill(client, images, ms);
  const streamed = await stream(client, images, ms);
  const latencies = Float64Array.from(paced).sort();
  const figure = (name: string, value: number, unit: string, n: number, limit: number | null): Figure => ({
    bench: 'grpc',
    figure: name,
    value: Number(value.toFixed(2)),
    unit,
    n,
    size: name.endsWith('_ms') ? `${RATE} requests/s` : '64x64x3',
    limit,
    machine: machineName(),
  });
  return [
    figure('p99_ms', quantileSorted(latencies, 0.99), 'ms', latencies.length, 10),
    figure('p50_ms', quantileSorted(latencies, 0.5), 'ms', latencies.length, null),
    figure('images_per_s', single / (ms / 1000), 'images/s', single, 600),
    figure('streamed_images_per_s', streamed / (ms / 1000), 'images/s', streamed, null),
  ];
}

function randomImages(): Image[] {
  const random = createRandom(1);
  return Array.from({ length: IMAGES }, () => ({
    pixels: Buffer.from(Uint8Array.from({ length: IMAGE.bytes }, () => 256 * random.next())),
    featureSchema: 1,
  }));
}

/**
 * A call every 10 ms, whatever became of the earlier ones.
 * @returns ms from when each was due: a caller that falls behind does not hide it
 * @throws Error where any of them failed: the machine is too slow for the rate
 */
async function atRate(client: TestClient, images: readonly Image[], ms: number): Promise<number[]> {
  const gap = 1000 / RATE;
  const began = performance.now();
  const failures: unknown[] = [];
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  for (let i = 0; i * gap < ms; i++) {
    const due = began + i * gap;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    calls.push(
      client.classify(images[i % IMAGES]).then(
        () => void latencies.push(performance.now() - due),
        (error: unknown) => void failures.push(error),
      ),
    );
  }
  await Promise.all(calls);
  if (failures.length === 0) return latencies;
  throw new Error(`grpc: ${failures.length} of ${calls.length} calls failed, the first by ${failures[0]}`);
}

/** Callers that each send the next image once the last one is answered. @returns images answered in `ms` */
async function fill(client: TestClient, images: readonly Image[], ms: number): Promise<number> {
  const until = performance.now() + ms;
  let answered = 0;
  const callers = Array.from({ length: CALLERS }, async (_, i) => {
    for (; performance.now() < until; i++) {
      await client.classify(images[i % IMAGES]);
      answered++;
    }
  });
  await Promise.all(callers);
  return answered;
}

/** Streams that are written to as fast as they take it. @returns images answered in `ms` */
async function stream(client: TestClient, images: readonly Image[], ms: number): Promise<number> {
  const until = performance.now() + ms;
  let answered = 0;
  const streams = Array.from({ length: STREAMS }, async () => {
    const call = client.classifyStream();
    const ended = new Promise<void>((resolve, reject) => call.on('end', resolve).on('error', reject));
    call.on('data', () => {
      if (performance.now() < until) answered++;
    });
    for (let i = 0; performance.now() < until; i++) {
      if (!call.write(images[i % IMAGES])) await new Promise<void>((go) => call.once('drain', () => go()));
    }
    call.end();
    await ended;
  });
  await Promise.all(streams);
  return answered;
}
