#!/usr/bin/env node
// Stands in for Prisma's native schema engine (PRISMA_SCHEMA_ENGINE_BINARY): JSON-RPC over standard input and output in
// front of the WebAssembly engine. For developers' `prisma migrate …`; the app migrates by migrate.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import readline from 'node:readline';
import { runCommand } from './commands.mjs';
import { openSchemaEngine } from './engine.mjs';

/**
 * @typedef {{ id?: number, method?: string, params?: Record<string, unknown> }} Request
 * @typedef {Record<string, (params: object) => Promise<{ stdout?: string | null } | null>>} Methods
 */

const words = process.argv.slice(2);

/** @param {string} name @returns {string[]} every value given for an option */
const option = (name) => words.flatMap((word, index) => (word === name ? [words[index + 1]] : []));

/** @returns {{ url: string, shadowDatabaseUrl?: string }} */
const datasource = () => JSON.parse(option('--datasource')[0] ?? '{}');

if (words.includes('--version')) {
  const require = createRequire(import.meta.url);
  console.log(`schema-engine-wasm ${require('@prisma/schema-engine-wasm/package.json').version}`);
} else if (words.includes('cli')) {
  process.stderr.write('{"level":"INFO"}\n'); // Prisma skips the first line
  process.exitCode = await runCommand(words[words.indexOf('cli') + 1], datasource().url);
} else serve();

function serve() {
  const { url, shadowDatabaseUrl } = datasource();
  const open = async () => {
    const datamodels = option('--datamodels').map(
      (file) => /** @type {[string, string]} */ ([file, readFileSync(file, 'utf8')]),
    );
    const { engine } = await openSchemaEngine({ url, shadowUrl: shadowDatabaseUrl, datamodels });
    return /** @type {Methods} */ (/** @type {unknown} */ (engine));
  };
  /** @type {Promise<Methods> | undefined} */
  let engine;
  let applied = false;
  let running = 0;
  let closed = false;

  /** @param {Request} request */
  async function answer({ method = '', params = {} }) {
    // After applyMigrations the WebAssembly connector has lost its shadow database: these two need a fresh engine, made
    // aware of the history first.
    if (applied && (method === 'evaluateDataLoss' || method === 'createMigration')) {
      engine = open();
      applied = false;
      await (await engine).devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters });
    }
    if (method === 'applyMigrations') applied = true;
    engine ??= open();
    const methods = await engine;
    // The one method with another name in the WebAssembly build.
    const result = await methods[method === 'getDatabaseVersion' ? 'version' : method](params);
    // The native engine prints a diff by calling Prisma back.
    if (method === 'diff' && result?.stdout != null)
      write({ id: 1_000_000 + running, method: 'print', params: { content: result.stdout } });
    return result ?? null;
  }

  /** @param {string} line */
  async function handle(line) {
    if (!line.trim()) return;
    running += 1;
    /** @type {Request} */
    const request = JSON.parse(line);
    try {
      if (request.method) write({ id: request.id, result: await answer(request) });
    } catch (error) {
      const { message, code, meta } = /** @type {{ message?: string, code?: string, meta?: object }} */ (
        error
      );
      const data = {
        is_panic: false,
        message: message ?? String(error),
        meta: meta ?? null,
        error_code: code ?? null,
      };
      const told = { code: 4466, message: 'An error happened. Check the data field for details.', data };
      write({ id: request.id, error: told });
    } finally {
      running -= 1;
      exitWhenDone();
    }
  }

  const exitWhenDone = () => {
    if (closed && running === 0) process.exit(0);
  };
  const input = readline.createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  input.on('line', (line) => void handle(line));
  input.on('close', () => {
    closed = true;
    exitWhenDone();
  });
}

/** @param {object} message */
function write(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
