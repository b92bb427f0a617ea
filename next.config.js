import { readFileSync } from 'node:fs';

/** Cross-origin isolation gives the in-browser model its threads; the content policy of pages is in proxy.ts. */
const isolation = [
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
];

/** A worker does not inherit its page's policy: its script must carry its own. */
const workerPolicy = {
  key: 'Content-Security-Policy',
  value: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
};

/** The version of onnxruntime-web, by which the place of its files goes (workers/browser/runtime-files.ts). */
const { version: ORT_VERSION } = JSON.parse(
  readFileSync(new URL('node_modules/onnxruntime-web/package.json', import.meta.url), 'utf8'),
);

/** @type {import('next').NextConfig} */
const config = {
  env: { ORT_VERSION },
  poweredByHeader: false,
  reactStrictMode: true,
  // Types and lint are checks of their own; the build must not run them a second time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    '@duckdb/node-api',
    'onnxruntime-node',
    'pg',
    'pg-boss',
    'pino',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
  async headers() {
    return [
      { source: '/:path*', headers: isolation },
      { source: '/kept-page.js', headers: [workerPolicy, { key: 'Cache-Control', value: 'no-cache' }] },
      { source: '/_next/static/:path*', headers: [workerPolicy] },
      {
        source: '/ort/:path*',
        headers: [workerPolicy, { key: 'Cache-Control', value: 'public, max-age=31536000, immutable' }],
      },
    ];
  },
};

export default config;
