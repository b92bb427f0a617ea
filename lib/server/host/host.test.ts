import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withLock } from './lock.mjs';
import { Problem, sentenceFor } from './problem.mjs';
import { endProcess, identify, isAlive, isRunning } from './processes.mjs';
import { findPython } from './python.mjs';

const folder = mkdtempSync(join(tmpdir(), 'halyard-host-'));

function sleeper(script = 'setInterval(() => {}, 1000)'): Promise<number> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log("up")`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((done) => child.stdout.once('data', () => done(child.pid ?? 0)));
}

test('a process is recognised by its start time, not by its id alone', async () => {
  const mine = identify(process.pid);
  expect(isRunning(mine)).toBe(true);
  expect(isRunning(`${process.pid}:1`)).toBe(process.platform !== 'linux');
  expect(isAlive(0)).toBe(false);
});

test('a process that ignores SIGTERM is ended all the same, and a stranger with its old id is left alone', async () => {
  const pid = await sleeper('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)');
  await endProcess(`${pid}:1`, 100);
  expect(isAlive(pid)).toBe(true);
  await endProcess(identify(pid), 100);
  expect(isAlive(pid)).toBe(false);
});

test('of several who want a lock one at a time gets it', async () => {
  const file = join(folder, 'lock');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((done) => setTimeout(done, 5));
    inside -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => withLock(file, work)));
  expect(most).toBe(1);
});

test('a lock whose holder died is taken over, one whose holder lives is waited for and then named', async () => {
  const file = join(folder, 'held');
  writeFileSync(file, '4194302:1');
  expect(await withLock(file, () => Promise.resolve('mine'))).toBe('mine');
  writeFileSync(file, identify(process.ppid));
  await expect(withLock(file, () => Promise.resolve(), 100)).rejects.toThrow(
    `held by process ${process.ppid}`,
  );
  expect(readFileSync(file, 'utf8')).toBe(identify(process.ppid));
});

test('of several processes that find the same dead holder one at a time has the lock', async () => {
  const contended = mkdtempSync(join(folder, 'contended-'));
  const lock = join(contended, 'lock');
  writeFileSync(lock, '4194302:1 ');
  // It takes so long to read that some find the dead holder in it after another has taken it away.
  truncateSync(lock, 256 * 2 ** 20);
  const script = fileURLToPath(new URL('testing/contend.mjs', import.meta.url));
  const first = Date.now() + 1000;
  const outputs = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      promisify(execFile)(process.execPath, [script, lock, String(first + 70 * i)]),
    ),
  );
  expect(outputs.map(({ stdout }) => stdout.trim())).toEqual(outputs.map(() => 'alone'));
  expect(readdirSync(contended)).toEqual([]);
}, 60_000);

test('a missing, an old and a crippled Python each get their remedy', async () => {
  await expect(findPython(['no-such-python'])).rejects.toThrow(/No Python was found.*apt install python3/);
  const fake = (answer: string) => {
    const file = join(folder, `python-${answer.replace(/\W/g, '-')}`);
    writeFileSync(file, `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
    return file;
  };
  await expect(findPython([fake('3.9.2')])).rejects.toThrow(/is Python 3.9.2, and 3.10 or newer is needed/);
  await expect(findPython([fake('3.11.2 ensurepip')])).rejects.toThrow(
    /lacks ensurepip.*apt install python3-venv/,
  );
  expect(await findPython([fake('3.9.2'), fake('3.13.1')])).toMatchObject({ version: '3.13.1' });
});

test('a full disk and a Problem get their sentence, a mistake of ours none', () => {
  expect(sentenceFor(new Problem('do this'))).toBe('do this');
  expect(sentenceFor(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatch(/disk is full/);
  expect(sentenceFor(Object.assign(new Error('could not extend file'), { code: '53100' }))).toMatch(
    /disk is full/,
  );
  expect(sentenceFor(Object.assign(new Error('mkdir'), { code: 'EACCES', path: '/x' }))).toMatch(
    /\/x cannot be written/,
  );
  expect(sentenceFor(new TypeError('undefined is not a function'))).toBeUndefined();
});
