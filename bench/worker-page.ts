import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import app from '../next.config.js';

const RUNTIME_FILE = /^\/ort\/[\d.]+\/[\w.-]+$/;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * An empty page on the app's own terms (isolation, wasm from /ort) with one of its web workers at /worker.js and a model
 * at /model.onnx.
 * @param worker file below workers/browser
 */
export async function serveWorker(
  worker: string,
  model: Buffer,
): Promise<{ origin: string; close: () => void }> {
  const script = await bundle(worker);
  const types: Record<string, string> = {
    wasm: 'application/wasm',
    mjs: 'text/javascript',
    js: 'text/javascript',
  };
  const server = createServer(({ url = '/' }, response) => {
    const isolation = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    };
    const type =
      types[url.split('.').at(-1) ?? ''] ?? (url === '/' ? 'text/html' : 'application/octet-stream');
    response.writeHead(200, { ...isolation, 'content-type': type });
    if (url === '/worker.js') response.end(script);
    else if (url === '/model.onnx') response.end(model);
    else if (RUNTIME_FILE.test(url)) response.end(readFileSync(join(ROOT, 'public', url)));
    else response.end('<!doctype html><title>a worker</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

async function bundle(worker: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'workers/browser', worker)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    alias: { '@': ROOT },
    define: { 'process.env.ORT_VERSION': JSON.stringify(app.env?.ORT_VERSION) },
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}
