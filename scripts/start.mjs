#!/usr/bin/env node
// `npm start`: from a fresh clone to a running app, with nothing but Node and Python on the machine. Plain JavaScript
// without packages until the dependencies are installed; from then on the project's own TypeScript through tsx.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { foldersOf } from '../lib/server/host/folders.mjs';
import { withLock } from '../lib/server/host/lock.mjs';
import { checkPort } from '../lib/server/host/port.mjs';
import { Problem, sentenceFor } from '../lib/server/host/problem.mjs';
import { findPython } from '../lib/server/host/python.mjs';
import { Family } from './lib/family.mjs';
import { checkDisk, checkNode } from './lib/machine.mjs';
import { duration, step } from './lib/output.mjs';
import { buildApp, copyRuntime, generateClient, installDependencies } from './lib/prepare.mjs';
import { record, takeOver } from './lib/running.mjs';
import { Services } from './lib/services.mjs';
import { hashText, oncePer } from './lib/stamp.mjs';

const SPACE_FOR_A_FIRST_START = 3e9;
const SPACE_FOR_A_START = 3e8;
/** Another start of this checkout may be building for minutes. */
const PATIENCE_MS = 900_000;

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
process.chdir(root);
process.env.HALYARD_ROOT = root;
const folders = foldersOf(root, process.env.HALYARD_HOME);

let origin = '';
let recording = false;
const family = new Family((children) => {
  if (recording) record(folders.running, { origin, children });
});
/** @type {{ stop(): Promise<void> } | undefined} the services, or before they are there the database alone */
let open;
/** @type {Promise<void> | undefined} */
let leaving;

/** Stops everything and exits. Asked again, it no longer waits for anything in the middle of its work. @param {number} code */
function leave(code) {
  if (leaving) void family.end(0);
  leaving ??= (async () => {
    try {
      await open?.stop();
      await family.end();
      if (recording) rmSync(folders.running, { force: true });
    } catch (error) {
      console.error(sentenceFor(error) ?? error);
    }
    process.exit(code);
  })();
  return leaving;
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => {
    console.log('\nStopping…');
    void leave(0);
  });

try {
  await start();
} catch (error) {
  if (leaving) await leaving; // what was under way fails because we stop it
  console.error(`\n${sentenceFor(error) ?? (error instanceof Error ? error.stack : error)}`);
  await leave(1);
}

async function start() {
  const began = Date.now();
  await step('Node, Python, disk', async (say) => {
    checkNode(process.versions.node);
    const python = await findPython();
    const first = !existsSync(folders.postgres) || !existsSync(join(root, '.next'));
    const free = await checkDisk(folders.home, first ? SPACE_FOR_A_FIRST_START : SPACE_FOR_A_START);
    say(`Node ${process.versions.node}, Python ${python.version}, ${(free / 1e9).toFixed(0)} GB free`);
  });
  await recover();

  // Other starts of this checkout (with another HALYARD_HOME) share node_modules and .next.
  mkdirSync(join(root, '.halyard'), { recursive: true });
  const preparing = join(root, '.halyard', 'prepare.lock');
  await withLock(
    preparing,
    () => step('Dependencies (npm)', (say) => installDependencies(root, family, say)),
    PATIENCE_MS,
  );
  const { register } = await import('tsx/esm/api');
  register();
  const { env, grpcPort, publicOrigin } = await import('../lib/server/env.ts');
  const { ensurePostgresEnv, migrateDatabase, openDatabase } = await import('../lib/server/pg/database.ts');
  const { HOST, PORT, DATABASE_URL, HALYARD_DEMO } = env();
  origin = publicOrigin();
  await checkPort(HOST, PORT);
  await checkPort(HOST, grpcPort(), 'GRPC_PORT');

  if (!DATABASE_URL)
    await step('Postgres binaries (pip)', async (say) => void (await ensurePostgresEnv(folders, say)));
  const database = await step(DATABASE_URL ? 'Database of DATABASE_URL' : 'Postgres', openDatabase);
  open = database;
  const setting = {
    family,
    folders,
    openDatabase,
    host: HOST,
    port: PORT,
    grpcPort: grpcPort(),
    say: (/** @type {string} */ text) => console.log(text),
  };
  const services = new Services(setting, database);
  open = services;
  await step('Database schema', (say) => migrateDatabase(database, say));
  await withLock(
    preparing,
    async () => {
      await step('Database client', (say) => generateClient(root, family, say));
      await step('Model runtime for the browser', (say) => copyRuntime(root, say));
    },
    PATIENCE_MS,
  );
  if (HALYARD_DEMO === 'on')
    await step('Demo universe', (say) => makeDemo(database.url, services.environment, say));
  await withLock(preparing, () => step('Web app', (say) => buildApp(root, family, say)), PATIENCE_MS);
  await step('Web server, job worker, gRPC server', () => services.start());
  const trainer = family.background(['--import', 'tsx', 'scripts/make-trainer-env.ts'], services.environment);
  trainer.once('exit', (code) => {
    if (code !== 0 && !leaving)
      console.log(
        `Training is not available yet; see ${join(folders.logs, 'trainer-env.log')} and start again.`,
      );
  });
  const link = origin + (await setupPath(services.environment));
  console.log(`\nReady in ${duration(Date.now() - began)}. Ctrl-C stops everything.\n\n  ${link}\n`);
}

/** Takes this installation for us, and ends what a killed start of it left running. */
async function recover() {
  const left = await takeOver(folders.running);
  recording = true;
  record(folders.running, { origin, children: [] });
  if (left > 0) console.log(`    ended ${left} process${left > 1 ? 'es' : ''} that a killed start had left`);
}

/**
 * Once for a database: asking the command each time would cost a second start its speed.
 * @param {string} url @param {NodeJS.ProcessEnv} env @param {(detail: string) => void} say
 */
async function makeDemo(url, env, say) {
  // Its password and port do not make it another database.
  const { hostname, pathname } = new URL(url);
  const done = await oncePer(folders.demoStamp, hashText(hostname + pathname), async () => {
    say(await halyard(['demo', '--if-empty'], env));
  });
  if (!done) say('already there');
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<string>} the path to open: where the first admin sets a password, else the app */
async function setupPath(env) {
  const told = await halyard(['setup-link'], env);
  return told.startsWith('/') ? told : '/';
}

/** @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<string>} the last line of what the command said */
async function halyard(args, env) {
  const { code, output } = await family.run(process.execPath, ['cli/halyard.mjs', ...args], { env });
  const lines = output.trim().split('\n');
  if (code !== 0) throw new Problem(`"halyard ${args.join(' ')}" failed:\n${lines.slice(-12).join('\n')}`);
  return lines[lines.length - 1];
}
