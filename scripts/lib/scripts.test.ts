import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checkPort } from '../../lib/server/host/port.mjs';
import { isRunning } from '../../lib/server/host/processes.mjs';
import { playwrightCounts, pytestCounts, settle, vitestCounts } from './counts.mjs';
import { Family, restartPause } from './family.mjs';
import { checkDisk, checkNode } from './machine.mjs';
import { duration } from './output.mjs';
import { dependenciesAreFresh, installFailure } from './prepare.mjs';
import { record, takeOver } from './running.mjs';
import { hashSources, oncePer } from './stamp.mjs';
import { closingLine, failureList, table } from './summary.mjs';

const fresh = () => mkdtempSync(join(tmpdir(), 'halyard-scripts-'));

test('an old Node, a full disk and a busy port are refused with the remedy', async () => {
  expect(() => checkNode('20.8.1')).toThrow(/Node 20.8.1.*needs 20.9 or newer/);
  expect(() => checkNode('20.9.0')).not.toThrow();
  expect(() => checkNode('24.0.0')).not.toThrow();
  await expect(checkDisk(join(fresh(), 'not', 'there'), 1e18)).rejects.toThrow(
    /GB free, and 1000000000.0 GB are needed/,
  );
  const holder = createServer();
  const port = await new Promise<number>((done) =>
    holder.listen(0, '127.0.0.1', () => done((holder.address() as { port: number }).port)),
  );
  await expect(checkPort('127.0.0.1', port)).rejects.toThrow(`such as "PORT=${port + 1} npm start"`);
  await expect(checkPort('127.0.0.1', port, 'GRPC_PORT')).rejects.toThrow(
    `such as "GRPC_PORT=${port + 1} npm start"`,
  );
  await new Promise((done) => holder.close(done));
  await expect(checkPort('127.0.0.1', port)).resolves.toBeUndefined();
  await expect(checkPort('192.0.2.1', port)).rejects.toThrow(/no address of this machine/);
});

test('sources hash alike until a source changes; tests and generated files do not count', () => {
  const root = fresh();
  mkdirSync(join(root, 'lib/generated'), { recursive: true });
  writeFileSync(join(root, 'lib/a.ts'), '1');
  const before = hashSources(root, ['lib', 'next.config.js']);
  writeFileSync(join(root, 'lib/a.test.ts'), '1');
  writeFileSync(join(root, 'lib/generated/b.ts'), '1');
  expect(hashSources(root, ['lib', 'next.config.js'])).toBe(before);
  writeFileSync(join(root, 'lib/a.ts'), '2');
  expect(hashSources(root, ['lib', 'next.config.js'])).not.toBe(before);
});

test('work is done once for the same inputs, and again when it failed', async () => {
  const stamp = join(fresh(), 'made', 'stamp');
  let times = 0;
  const work = async () => {
    times += 1;
    if (times === 1) throw new Error('half-made');
  };
  await expect(oncePer(stamp, 'a', work)).rejects.toThrow('half-made');
  expect([await oncePer(stamp, 'a', work), await oncePer(stamp, 'a', work)]).toEqual([true, false]);
  expect(await oncePer(stamp, 'b', work)).toBe(true);
});

test('dependencies are installed for a fresh clone and a newer lock file only', () => {
  const root = fresh();
  writeFileSync(join(root, 'package-lock.json'), '{}');
  expect(dependenciesAreFresh(root)).toBe(false);
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{}');
  expect(dependenciesAreFresh(root)).toBe(true);
});

test('a failed npm says whether it was the disk, the network or something else', () => {
  expect(installFailure('npm error code ENOSPC').message).toMatch(/disk is full/);
  expect(installFailure('npm error code ENOTFOUND').message).toMatch(/connect to the network/);
  expect(installFailure('npm error code E404\nnpm error 404 x').message).toMatch(/code E404/);
});

test('a kept program is started again after a crash, and stays down once stopped', async () => {
  const said: string[] = [];
  let living: string[] = [];
  const family = new Family((identities) => {
    living = identities;
  });
  const args = ['-e', 'setInterval(() => {}, 1000)'];
  const log = join(fresh(), 'log');
  const kept = family.keep({ name: 'It', args, log, env: process.env }, (text) => said.push(text));
  const [first] = living;
  process.kill(Number.parseInt(first!, 10), 'SIGKILL');
  await expect.poll(() => living.length === 1 && living[0] !== first, { timeout: 10_000 }).toBe(true);
  expect(said).toEqual([`It ended (SIGKILL; see ${log}), starting it again in 1 s`]);
  const [second] = living;
  await kept.stop();
  expect(isRunning(second!)).toBe(false);
  expect([1, 2, 3, 10].map(restartPause)).toEqual([1000, 2000, 4000, 30_000]);
});

test('a family ends with all its processes, theirs included', async () => {
  let living: string[] = [];
  const family = new Family((identities) => {
    living = identities;
  });
  const file = join(fresh(), 'grandchild');
  const running = family.run('/bin/sh', ['-c', `sleep 60 & echo $! > ${file}; wait`]);
  const { readText, isAlive } = await import('../../lib/server/host/processes.mjs');
  await expect.poll(() => readText(file)).toMatch(/\d/);
  expect(living).toHaveLength(1);
  await family.end(100);
  await running;
  await expect.poll(() => isAlive(Number(readText(file)))).toBe(false);
});

test('a start finds what a killed one left, and refuses beside a living one', async () => {
  const file = join(fresh(), 'running.json');
  expect(await takeOver(file)).toBe(0);
  record(file, { origin: 'http://127.0.0.1:3000', children: [] });
  await expect(takeOver(file)).rejects.toThrow(/running already, as process \d+ at http:\/\/127.0.0.1:3000/);
  let living: string[] = [];
  const family = new Family((identities) => {
    living = identities;
  });
  const orphan = family.run(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  writeFileSync(file, JSON.stringify({ start: '4194302:1', origin: '', children: [...living, '4194301:1'] }));
  const [identity] = living;
  expect(await takeOver(file)).toBe(1);
  await orphan;
  expect(isRunning(identity!)).toBe(false);
  rmSync(file, { force: true });
});

test('the counts of vitest are read, and what failed, in a test or outside of any', () => {
  const failed = {
    fullName: 'adds two',
    status: 'failed',
    failureMessages: ['\u001b[31mAssertionError: 3 is not 2\u001b[0m\n    at lib/b.test.ts:4'],
  };
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 0,
    testResults: [
      { name: resolve('lib/a.test.ts'), status: 'failed', message: 'No such file', assertionResults: [] },
      { name: resolve('lib/b.test.ts'), status: 'failed', message: '', assertionResults: [failed] },
    ],
  };
  expect(vitestCounts(JSON.stringify(report))).toEqual({
    passed: 3,
    failed: 2,
    skipped: 2,
    failures: ['lib/a.test.ts: No such file', 'lib/b.test.ts › adds two: AssertionError: 3 is not 2'],
  });
});

test('the counts of pytest and Playwright are read, and what failed', () => {
  const xml = `<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="0.1">
    <testcase classname="tests.test_a" name="test_b" time="0.1"><failure message="assert 1 == 2&#10; + more">x</failure></testcase>
    <testcase classname="tests.test_a" name="test_c" time="0.1" />`;
  expect(pytestCounts(xml)).toEqual({
    passed: 4,
    failed: 3,
    skipped: 3,
    failures: ['tests.test_a › test_b: assert 1 == 2'],
  });
  const spec = (title: string, ok: boolean) => ({
    ...{ file: 'label.spec.ts', line: 7, title, ok },
    tests: [{ results: [{ error: ok ? undefined : { message: 'Error: no answer\n\nCall log:' } }] }],
  });
  const report = {
    stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 },
    errors: [{ message: 'Error: no server' }],
    suites: [{ specs: [spec('a', true)], suites: [{ specs: [spec('b', false)] }] }],
  };
  expect(playwrightCounts(JSON.stringify(report))).toEqual({
    passed: 6,
    failed: 2,
    skipped: 2,
    failures: ['outside of any test: Error: no server', 'label.spec.ts:7 › b: Error: no answer'],
  });
});

test('a runner that fails without a failed test, or without a report, counts as one failure', () => {
  expect(settle(1, { passed: 4, failed: 0, skipped: 0 })).toEqual({ passed: 4, failed: 1, skipped: 0 });
  expect(settle(1, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(settle(0, undefined)).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('the summary names each check and closes with the sums', () => {
  const results = [
    { name: 'types', passed: 1, failed: 0, skipped: 0, ms: 1200 },
    { name: 'unit', passed: 40, failed: 2, skipped: 1, failures: ['a: b'], ms: 130_000 },
  ];
  expect(table(results, duration)).toBe(
    'ok      types  1 passed                        1.2 s\nFAILED  unit   40 passed  2 failed  1 skipped  2 min 10 s',
  );
  expect(failureList(results)).toBe('FAILED  unit  a: b');
  expect(closingLine(results)).toBe('41 passed, 2 failed');
});
