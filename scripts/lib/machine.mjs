// What the machine must offer, each refusal with its remedy.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
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

/**
 * @param {string} host @param {number} port
 * @returns {Promise<void>} when a server could listen there
 */
export function checkPort(host, port) {
  return new Promise((free, taken) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      taken(portProblem(host, port, error)),
    );
    server.listen(port, host, () => server.close(() => free()));
  });
}

/** @param {string} host @param {number} port @param {NodeJS.ErrnoException} error */
function portProblem(host, port, error) {
  if (error.code === 'EADDRINUSE')
    return new Problem(
      `Port ${port} of ${host} is in use by another program: choose another one, such as "PORT=${port + 1} npm start".`,
    );
  if (error.code === 'EACCES')
    return new Problem(
      `This user may not listen on port ${port}: choose one above 1023, such as "PORT=3000 npm start".`,
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new Problem(
      `HOST is "${host}", which is no address of this machine: use 127.0.0.1 for this machine alone, or 0.0.0.0 for the network.`,
    );
  return error;
}
