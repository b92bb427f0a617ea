// The file that names the running start and its children, for the start after a SIGKILL.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../../lib/server/host/problem.mjs';
import { endProcess, identify, isRunning, readText } from '../../lib/server/host/processes.mjs';

/** @typedef {{ start: string, origin: string, children: string[] }} Running identities as processes.mjs makes them */

/**
 * Ends what a killed start left behind.
 * @param {string} file
 * @returns {Promise<number>} how many processes
 * @throws Problem when that start is alive
 */
export async function takeOver(file) {
  const former = read(file);
  if (!former) return 0;
  if (isRunning(former.start))
    throw new Problem(
      `Halyard is running already, as process ${Number.parseInt(former.start, 10)}${former.origin && ` at ${former.origin}`}: open that, or stop it there with Ctrl-C.`,
    );
  const left = former.children.filter(isRunning);
  await Promise.all(left.map((identity) => endProcess(identity)));
  rmSync(file, { force: true });
  return left.length;
}

/** @param {string} file @param {{ origin: string, children: string[] }} state */
export function record(file, { origin, children }) {
  mkdirSync(dirname(file), { recursive: true });
  /** @type {Running} */
  const running = { start: identify(process.pid), origin, children };
  writeFileSync(`${file}.tmp`, JSON.stringify(running));
  renameSync(`${file}.tmp`, file);
}

/** @param {string} file @returns {Running | undefined} */
function read(file) {
  try {
    return JSON.parse(readText(file));
  } catch {
    return undefined; // none, or damaged: there is nothing to learn from it
  }
}
