// A stamp lies beside what was made and holds a hash of what it was made from; it is written last, so what was left
// half-made is made again.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readText } from '../../lib/server/host/processes.mjs';

const IGNORED = /(^|\/)(node_modules|__pycache__|generated|ort)$|\.test\.tsx?$/;

/**
 * @param {string} root
 * @param {readonly string[]} names files and folders below root; those that do not exist count as such
 * @returns {string} a hash of all names and contents, without tests and generated files
 */
export function hashSources(root, names) {
  const hash = createHash('sha256');
  /** @param {string} name */
  const visit = (name) => {
    if (IGNORED.test(name)) return;
    const path = join(root, name);
    if (!existsSync(path)) hash.update(`${name} is missing\n`);
    else if (statSync(path).isDirectory())
      for (const entry of readdirSync(path).sort()) visit(`${name}/${entry}`);
    else {
      const content = readFileSync(path);
      hash.update(`${name} ${content.length}\n`).update(content);
    }
  };
  for (const name of names) visit(name);
  return hash.digest('hex');
}

/**
 * Does `work` unless the stamp says that it was done for the same inputs.
 * @param {string} stamp
 * @param {string} inputs a hash
 * @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>} whether it was done now
 */
export async function oncePer(stamp, inputs, work) {
  if (readText(stamp) === inputs) return false;
  await work();
  await mkdir(dirname(stamp), { recursive: true });
  writeFileSync(stamp, inputs);
  return true;
}

/** @param {string} text @returns {string} */
export function hashText(text) {
  return createHash('sha256').update(text).digest('hex');
}
