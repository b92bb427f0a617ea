import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mjs';
import { identify, isRunning, readText } from './processes.mjs';

/**
 * Runs `work` while this process alone holds `file`. A lock whose holder has died is taken over.
 * @template T
 * @param {string} file the lock; its folder exists
 * @param {() => Promise<T>} work
 * @param {number} [patienceMs] after this long a Problem names the holder
 * @returns {Promise<T>}
 */
export async function withLock(file, work, patienceMs = 180_000) {
  const began = Date.now();
  while (!take(file)) {
    const holder = readText(file);
    // An empty file belongs to somebody between creating and writing it.
    if (holder && !isRunning(holder)) takeAway(file);
    else if (Date.now() - began > patienceMs)
      throw new Problem(
        `${file} has been held by process ${holder} for ${Math.round(patienceMs / 1000)} s: end that process, or delete the file if it is none of Halyard's.`,
      );
    await sleep(50 + Math.random() * 50);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file @returns {boolean} whether the lock is now ours */
function take(file) {
  try {
    writeFileSync(file, identify(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Renaming, not deleting: of two who found the same dead holder only one gets to remove it. @param {string} file */
function takeAway(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another process was faster
  }
  rmSync(aside, { force: true });
}
