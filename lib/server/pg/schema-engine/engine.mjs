// Prisma's schema engine as WebAssembly, in this process. The native one is a download at install or at first use, which
// a closed network does not allow; this is the same engine from the ordinary registry.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { repairAdapter } from './repair-adapter.mjs';

/**
 * @typedef {import('@prisma/schema-engine-wasm').SchemaEngine} SchemaEngine
 */

/** @type {Promise<typeof import('@prisma/schema-engine-wasm').SchemaEngine> | undefined} */
let loading;

function loadEngine() {
  loading ??= (async () => {
    const require = createRequire(import.meta.url);
    const file = require
      .resolve('@prisma/schema-engine-wasm')
      .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
    // The module's own entry imports the .wasm, which Node 20 does only behind a flag: instantiate it ourselves.
    const { instance } = await WebAssembly.instantiate(readFileSync(file), {
      './schema_engine_bg.js': /** @type {WebAssembly.ModuleImports} */ (/** @type {unknown} */ (glue)),
    });
    installPanicRegistry();
    glue.__wbg_set_wasm(instance.exports);
    /** @type {{ __wbindgen_start(): void }} */ (
      /** @type {unknown} */ (instance.exports)
    ).__wbindgen_start();
    return glue.SchemaEngine;
  })();
  return loading;
}

/** Where the engine leaves the message of a panic. */
function installPanicRegistry() {
  const scope = /** @type {{ PRISMA_WASM_PANIC_REGISTRY?: object }} */ (globalThis);
  scope.PRISMA_WASM_PANIC_REGISTRY ??= {
    /** @param {string} message */
    set_message(message) {
      process.stderr.write(`${JSON.stringify({ level: 'ERROR', fields: { message }, target: 'panic' })}\n`);
    },
  };
}

/**
 * A schema engine on a database.
 * @param {{ url: string, shadowUrl?: string, datamodels?: [string, string][], log?: (line: string) => void }} options
 *   `datamodels`: path and text of each schema file
 * @returns {Promise<{ engine: SchemaEngine, close: () => Promise<void> }>}
 */
export async function openSchemaEngine({ url, shadowUrl, datamodels, log = () => undefined }) {
  const SchemaEngine = await loadEngine();
  const factory = new PrismaPg({ connectionString: url, max: 4 });
  await repairAdapter(factory);
  factory.connectToShadowDb = () => (shadowUrl ? emptied(shadowUrl) : throwAway(factory, url));
  const disconnect = keepConnections(factory);
  const models = datamodels && datamodels.length > 0 ? datamodels : undefined;
  const bound = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await SchemaEngine.new({ datamodels: models }, log, bound);
  return {
    engine,
    close: async () => {
      engine.free();
      await disconnect();
    },
  };
}

/**
 * Freeing the engine leaves its connections open until they idle out, and a database in use can be neither copied nor
 * dropped.
 * @param {PrismaPg} factory
 * @returns {() => Promise<void>} closes every connection that the factory made from now on
 */
function keepConnections(factory) {
  /** @type {{ dispose(): Promise<void> }[]} */
  const adapters = [];
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const dispose = adapter.dispose.bind(adapter);
    // Once only: a pool refuses to be ended twice.
    /** @type {Promise<void> | undefined} */
    let disposed;
    adapter.dispose = () => {
      disposed ??= dispose();
      return disposed;
    };
    adapters.push(adapter);
    return adapter;
  };
  return async () => {
    await Promise.all(adapters.map((adapter) => adapter.dispose()));
  };
}

/** A shadow database that was given, emptied. @param {string} shadowUrl */
async function emptied(shadowUrl) {
  const adapter = await new PrismaPg({ connectionString: shadowUrl, max: 1 }).connect();
  await adapter.executeScript('DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;');
  return adapter;
}

/**
 * A shadow database for one use. PrismaPg's own drops the database before it closes its connections, which fails.
 * @param {PrismaPg} factory @param {string} url
 */
async function throwAway(factory, url) {
  const database = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
  const main = await factory.connect();
  await main.executeScript(`CREATE DATABASE "${database}"`);
  const adapter = await new PrismaPg({ connectionString: withDatabase(url, database), max: 1 }).connect();
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    await main.executeScript(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    await main.dispose();
  };
  return adapter;
}

/** @param {string} url @param {string} database */
function withDatabase(url, database) {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
}
