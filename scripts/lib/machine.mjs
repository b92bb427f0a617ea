// What the machine must offer, each refusal with its remedy.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../../lib/server/host/problem.mjs';

const OLDEST_NODE = [20, 9];
const GIGABYTE = 1e9;

/** @param {string} version such as `20.20.2` */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Problem(
    `This is Node ${version}, and Halyard needs ${OLDEST_NODE.join('.')} or newer: install it from nodejs.org or your system's packages, then start again.`,
  );
}

/**
 * @param {string} folder need not exist yet
 * @param {number} needed bytes
 * @returns {Promise<number>} the free bytes
 */
export async function checkDisk(folder, needed) {
  let place = folder;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  if (free >= needed) return free;
  throw new Problem(
    `The disk of ${place} has ${(free / GIGABYTE).toFixed(1)} GB free, and ${(needed / GIGABYTE).toFixed(1)} GB are needed: free some space, or set HALYARD_HOME to a folder on another disk.`,
  );
}
