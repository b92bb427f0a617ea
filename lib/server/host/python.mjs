import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problem } from './problem.mjs';

const run = promisify(execFile);
const OLDEST = [3, 10];
const PROBE = `
import sys
missing = []
for name in ('venv', 'ensurepip'):
    try: __import__(name)
    except ImportError: missing.append(name)
print('%d.%d.%d' % sys.version_info[:3], *missing)`;

/**
 * A Python that can make environments. Tried in turn: `names`.
 * @param {readonly string[]} [names]
 * @returns {Promise<{ command: string, version: string }>}
 * @throws Problem with the remedy when there is none, it is too old, or venv is missing
 */
export async function findPython(
  names = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'],
) {
  /** @type {string[]} */
  const refused = [];
  for (const command of names) {
    const found = await probe(command);
    if (!found) continue;
    const [major, minor] = found.version.split('.').map(Number);
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
      refused.push(`${command} is Python ${found.version}, and ${OLDEST.join('.')} or newer is needed`);
    } else if (found.missing.length > 0) {
      refused.push(
        `${command} (${found.version}) lacks ${found.missing.join(' and ')}: on Debian and Ubuntu run "apt install python3-venv", then start again`,
      );
    } else return { command, version: found.version };
  }
  if (refused.length > 0) throw new Problem(`${refused.join('; ')}.`);
  throw new Problem(
    `No Python was found (tried ${names.join(', ')}): install Python ${OLDEST.join('.')} or newer (Debian and Ubuntu: "apt install python3 python3-venv"), then start again.`,
  );
}

/** @param {string} command @returns {Promise<{ version: string, missing: string[] } | undefined>} */
async function probe(command) {
  try {
    const { stdout } = await run(command, ['-c', PROBE]);
    const [version, ...missing] = stdout.trim().split(' ');
    return /^\d+\.\d+/.test(version) ? { version, missing } : undefined;
  } catch {
    return undefined; // no such command, or not a Python
  }
}
