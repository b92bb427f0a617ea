// What `npm test` runs, in its order. A check says how to run it and where its runner leaves the counts.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../lib/server/host/problem.mjs';
import { hasChromium } from './chromium.mjs';
import { playwrightCounts, pytestCounts, settle, vitestCounts } from './counts.mjs';
import { buildApp } from './prepare.mjs';

/**
 * @typedef {import('./counts.mjs').Counts} Counts
 * @typedef {import('./family.mjs').Family} Family
 * @typedef {{ root: string, family: Family, reports: string, trainerPython: string, long: boolean, say: (detail: string) => void }} Bench
 * @typedef {{ name: string, run: (bench: Bench) => Promise<Counts> }} Check
 */

const LONG_TESTS = '**/*.long.*test.ts';

/** @type {readonly Check[]} */
export const CHECKS = [
  { name: 'types', run: (bench) => tool(bench, 'typescript/bin/tsc', ['--noEmit']) },
  {
    name: 'lint',
    run: (bench) => tool(bench, '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  },
  {
    name: 'layers',
    run: (bench) =>
      tool(bench, 'dependency-cruiser/bin/dependency-cruise.mjs', [
        ...['--config', '.dependency-cruiser.cjs'],
        ...['app', 'cli', 'components', 'lib', 'workers'],
      ]),
  },
  { name: 'unused', run: (bench) => tool(bench, 'knip/bin/knip.js', []) },
  { name: 'unit', run: (bench) => vitest(bench, 'unit') },
  { name: 'integration', run: (bench) => vitest(bench, 'integration') },
  {
    name: 'trainer lint',
    run: (bench) => plain(bench, bench.trainerPython, ['-m', 'ruff', 'check', 'workers/train']),
  },
  { name: 'trainer', run: pytest },
  { name: 'build', run: build },
  { name: 'e2e', run: playwright },
];

/** @param {Bench} bench @param {string} script below node_modules @param {string[]} args */
function tool(bench, script, args) {
  return plain(bench, process.execPath, [join(bench.root, 'node_modules', script), ...args]);
}

/** One check that passes or fails as a whole; its output matters only when it fails. @param {Bench} bench @param {string} command @param {string[]} args */
async function plain({ family, say }, command, args) {
  const { code, output } = await family.run(command, args);
  if (code !== 0) say(`\n${output.trim()}\n`);
  return settle(code, undefined);
}

/**
 * @param {Bench} bench @param {string} command @param {string[]} args @param {string} report
 * @param {(text: string) => Counts} read @param {Record<string, string>} [env]
 */
async function counted({ family, long }, command, args, report, read, env = {}) {
  const { code } = await family.run(command, args, {
    env: { ...process.env, ...(long ? { HALYARD_LONG: '1' } : {}), ...env },
    echo: true,
  });
  return settle(code, existsSync(report) ? read(readFileSync(report, 'utf8')) : undefined);
}

/** @param {Bench} bench @param {'unit' | 'integration'} project */
function vitest(bench, project) {
  const report = join(bench.reports, `${project}.json`);
  const args = [
    ...[join(bench.root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...(bench.long ? [] : ['--exclude', LONG_TESTS]),
  ];
  return counted(bench, process.execPath, args, report, vitestCounts);
}

/** @param {Bench} bench */
function pytest(bench) {
  const report = join(bench.reports, 'trainer.xml');
  const args = ['-m', 'pytest', '-q', 'workers/train', `--junitxml=${report}`];
  return counted(bench, bench.trainerPython, args, report, pytestCounts);
}

/** @param {Bench} bench */
async function build({ root, family, say }) {
  await buildApp(root, family, say);
  return settle(0, undefined);
}

/** @param {Bench} bench */
function playwright(bench) {
  if (!hasChromium())
    throw new Problem(
      'The end-to-end tests need Chromium: run "apt install chromium" (Debian), or "npx playwright install chromium".',
    );
  const report = join(bench.reports, 'e2e.json');
  const args = [
    join(bench.root, 'node_modules', '@playwright', 'test', 'cli.js'),
    'test',
    '--reporter=list,json',
  ];
  return counted(bench, process.execPath, args, report, playwrightCounts, {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
}
