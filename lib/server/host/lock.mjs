import { randomUUID } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
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
  let release = await tryLock(file, patienceMs);
  while (!release) {
    if (Date.now() - began > patienceMs)
      throw new Problem(
        `${file} has been held by process ${readText(file)} for ${Math.round(patienceMs / 1000)} s: end that process, or delete the file if it is none of Halyard's.`,
      );
    await sleep(50 + Math.random() * 50);
    release = await tryLock(file, patienceMs);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Takes a lock if no living process holds it.
 * @param {string} file the lock; its folder exists
 * @param {number} [patienceMs] for others that take a dead holder's lock away at this moment
 * @returns {Promise<(() => void) | null>} what gives the lock back; null where somebody holds it
 */
export async function tryLock(file, patienceMs = 180_000) {
  if (!take(file)) {
    if (!isDead(file)) return null;
    await takeAway(file, patienceMs);
    if (!take(file)) return null;
  }
  return () => rmSync(file, { force: true });
}

/**
 * The lock appears with its holder written in it, so that a process which dies here leaves none that nobody holds.
 * @param {string} file @returns {boolean} whether the lock is now ours
 */
function take(file) {
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, identify(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} file @returns {boolean} whether somebody holds the lock who no longer runs */
function isDead(file) {
  const holder = readText(file);
  return holder !== '' && !isRunning(holder);
}

/**
 * Of several who found the same dead holder one at a time looks again: where the lock is another's by now it stays.
 * Only who has this second lock removes a dead one's, so nothing changes between that look and the removal.
 * @param {string} file @param {number} patienceMs
 */
function takeAway(file, patienceMs) {
  return withLock(
    `${file}.dead`,
    async () => {
      if (isDead(file)) rmSync(file, { force: true });
    },
    patienceMs,
  );
}
