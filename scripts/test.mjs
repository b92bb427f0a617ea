#!/usr/bin/env node
// `npm test`: from a fresh clone to a verdict. Every check runs, whatever failed before it.
//   --long         also the tests that take minutes (soak, kill, real training)
//   --only NAME    one check, such as types, unit or e2e; may be given several times
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { foldersOf } from '../lib/server/host/folders.mjs';
import { withLock } from '../lib/server/host/lock.mjs';
import { Problem, sentenceFor } from '../lib/server/host/problem.mjs';
import { findPython } from '../lib/server/host/python.mjs';
import { CHECKS } from './lib/checks.mjs';
import { Family } from './lib/family.mjs';
import { checkDisk, checkNode } from './lib/machine.mjs';
import { duration, step } from './lib/output.mjs';
import { copyRuntime, generateClient, installDependencies } from './lib/prepare.mjs';
import { closingLine, failureList, table } from './lib/summary.mjs';

const SPACE_FOR_TESTS = 3e9;

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
process.chdir(root);
process.env.HALYARD_ROOT = root;
process.env.NEXT_TELEMETRY_DISABLED = '1';
const folders = foldersOf(root, process.env.HALYARD_HOME);
const family = new Family(() => undefined);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => void family.end(3000).then(() => process.exit(130)));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${sentenceFor(error) ?? (error instanceof Error ? error.stack : error)}`);
  process.exitCode = 1;
}

/** @returns {Promise<number>} the exit status */
async function main() {
  const { values } = parseArgs({
    options: { long: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
  });
  const chosen = chooseChecks(values.only);
  await prepare(chosen.some(({ name }) => name.startsWith('trainer') || name === 'e2e'));
  const { pythonOf } = await import('../lib/server/python-env.ts');
  const reports = mkdtempSync(join(tmpdir(), 'halyard-test-'));
  const bench = { root, family, reports, trainerPython: pythonOf(folders.trainerEnv), long: values.long };
  const results = [];
  for (const { name, run } of chosen) {
    const began = Date.now();
    const counts = await step(name, async (say) => {
      try {
        return await run({ ...bench, say });
      } catch (error) {
        say(sentenceFor(error) ?? String(error));
        return { passed: 0, failed: 1, skipped: 0 };
      }
    });
    results.push({ name, ...counts, ms: Date.now() - began });
  }
  rmSync(reports, { recursive: true });
  const parts = [table(results, duration), failureList(results), closingLine(results)];
  console.log(`\n${parts.filter((part) => part !== '').join('\n\n')}`);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** @param {string[] | undefined} only */
function chooseChecks(only) {
  if (!only) return CHECKS;
  const unknown = only.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0)
    throw new Problem(
      `There is no check ${unknown.join(', ')}; there are ${CHECKS.map(({ name }) => name).join(', ')}.`,
    );
  return CHECKS.filter(({ name }) => only.includes(name));
}

/** @param {boolean} trainer whether the trainer's environment is needed */
async function prepare(trainer) {
  await step('Node, Python, disk', async () => {
    checkNode(process.versions.node);
    await findPython();
    await checkDisk(folders.home, SPACE_FOR_TESTS);
  });
  mkdirSync(join(root, '.halyard'), { recursive: true });
  await withLock(join(root, '.halyard', 'prepare.lock'), prepareCheckout, 900_000);
  const { register } = await import('tsx/esm/api');
  register();
  const { ensurePostgresEnv } = await import('../lib/server/pg/database.ts');
  await step('Postgres binaries (pip)', async (say) => void (await ensurePostgresEnv(folders, say)));
  if (trainer) await step('Trainer (pip; PyTorch takes a few minutes)', makeTrainerEnv);
}

async function prepareCheckout() {
  await step('Dependencies (npm)', (say) => installDependencies(root, family, say));
  await step('Database client', (say) => generateClient(root, family, say));
  await step('Model runtime for the browser', (say) => copyRuntime(root, say));
  await step('Types of the routes', async () => {
    const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const { code, output } = await family.run(process.execPath, [next, 'typegen']);
    if (code !== 0) throw new Problem(`next typegen failed:\n${output.trim()}`);
  });
}

/** A failure here is the trainer checks' to report. @param {(detail: string) => void} say */
async function makeTrainerEnv(say) {
  const script = ['--import', 'tsx', 'scripts/make-trainer-env.ts', '--dev'];
  const { output } = await family.run(process.execPath, script);
  for (const line of output.trim().split('\n').filter(Boolean)) say(line);
}
