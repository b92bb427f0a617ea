import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @param {string} path @returns {string} the file's text, or '' when it cannot be read */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid @returns {boolean} whether a process runs under that id; a zombie is dead */
export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  return !/\) [ZX] /.test(readText(`/proc/${pid}/stat`));
}

/**
 * A process's identity, `pid:start time`: containers give out the same process ids again after a restart.
 * Without /proc the start time is empty and the id alone has to do.
 * @param {number} pid
 * @returns {string}
 */
export function identify(pid) {
  // The name, in brackets, may hold blanks and brackets itself: count fields from the last one. Start time is field 22.
  const fields = readText(`/proc/${pid}/stat`).split(') ').pop()?.split(' ') ?? [];
  return `${pid}:${fields[19] ?? ''}`;
}

/** @param {string} identity as `identify` made it @returns {boolean} whether that very process still runs */
export function isRunning(identity) {
  const pid = Number.parseInt(identity, 10);
  return isAlive(pid) && identify(pid) === identity;
}

/**
 * Ends a process and its group, if it leads one: first by SIGTERM, after `graceMs` by SIGKILL.
 * @param {string} identity as `identify` made it
 * @param {number} [graceMs]
 * @returns {Promise<void>} once it is gone
 */
export async function endProcess(identity, graceMs = 5000) {
  const pid = Number.parseInt(identity, 10);
  const deadline = Date.now() + graceMs;
  signal(pid, identity, 'SIGTERM');
  while (isRunning(identity)) {
    if (Date.now() > deadline) signal(pid, identity, 'SIGKILL');
    await sleep(50);
  }
}

/** @param {number} pid @param {string} identity @param {NodeJS.Signals} name */
function signal(pid, identity, name) {
  if (!isRunning(identity)) return;
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch (error) {
      // ESRCH: it leads no group (try the process alone), or has just gone.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
}
