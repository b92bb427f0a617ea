import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './host/lock.mjs';
import { Problem } from './host/problem.mjs';
import { readText } from './host/processes.mjs';
import { findPython } from './host/python.mjs';

export interface PythonEnvOptions {
  /** Where the virtual environment lies or is made. */
  folder: string;
  /** pip requirements files, all of them installed. */
  requirements: readonly string[];
  /** More arguments for pip (HALYARD_PIP_ARGS), separated by blanks. */
  pipArgs?: string;
  /** Told what is being done, a sentence at a time; pip's own lines go to `log`. */
  report?: (message: string) => void;
  /** File that gets pip's output. */
  log?: string;
}

/** The environment's Python. */
export function pythonOf(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** Whether the environment holds what these requirements ask for, by the stamp that the last install left. */
export async function isPythonEnvReady({ folder, requirements }: PythonEnvOptions): Promise<boolean> {
  if (!existsSync(pythonOf(folder))) return false;
  const installed = readStamp(folder);
  const wanted = await digests(requirements);
  return Object.entries(wanted).every(([name, digest]) => installed[name] === digest);
}

/**
 * Makes a virtual environment with the packages of `requirements`, or brings an older one up to them.
 * One that was left half-made is made anew; several processes asking at once wait for the first.
 * @returns whether anything had to be done
 * @throws Problem with pip's reason
 */
export async function ensurePythonEnv(options: PythonEnvOptions): Promise<boolean> {
  if (await isPythonEnvReady(options)) return false;
  const { folder } = options;
  await mkdir(dirname(folder), { recursive: true });
  return withLock(
    `${folder}.lock`,
    async () => {
      if (await isPythonEnvReady(options)) return false;
      try {
        await make(options);
      } catch (error) {
        throw (await isDiskFull(dirname(folder))) ? diskFull(dirname(folder)) : error;
      }
      return true;
    },
    3_600_000,
  );
}

async function make({
  folder,
  requirements,
  pipArgs,
  report = () => undefined,
  log,
}: PythonEnvOptions): Promise<void> {
  if (!existsSync(stampOf(folder))) {
    const python = await findPython();
    report(`making ${basename(folder)} with Python ${python.version}`);
    await rm(folder, { recursive: true, force: true });
    await finish(python.command, ['-m', 'venv', folder], 'making a Python environment', log);
  }
  const files = requirements.flatMap((file) => ['-r', file]);
  report(`installing ${requirements.map((file) => basename(file)).join(', ')}`);
  const flags = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  const more = pipArgs?.split(/\s+/).filter(Boolean) ?? [];
  await finish(pythonOf(folder), ['-m', 'pip', 'install', ...flags, ...more, ...files], 'pip', log);
  const installed = { ...readStamp(folder), ...(await digests(requirements)) };
  await writeFile(stampOf(folder), JSON.stringify(installed, null, 1));
}

const stampOf = (folder: string) => join(folder, 'halyard-requirements.json');

/** By file: who asks for fewer files than were installed finds them there. */
function readStamp(folder: string): Record<string, string> {
  const text = readText(stampOf(folder));
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}

async function digests(requirements: readonly string[]): Promise<Record<string, string>> {
  const entries = requirements.map(async (file) => {
    const digest = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return [basename(file), digest] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Runs a command to its end; its output goes to `log`, and its reason into the Problem when it fails. */
function finish(command: string, args: readonly string[], what: string, log?: string): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.once('error', failed);
    child.once('close', (code) => {
      const text = output.join('');
      const kept = log ? writeFile(log, text) : Promise.resolve();
      kept.then(() => (code === 0 ? done() : failed(new Problem(reasonOf(text, what, code)))), failed);
    });
  });
}

function reasonOf(output: string, what: string, code: number | null): string {
  const lines = output.trim().split('\n');
  const told = lines.filter((line) => /^error/i.test(line)).pop() ?? lines.pop() ?? '';
  return `${what} failed (exit ${code}): ${told.trim()} Check the network, or choose another package index with HALYARD_PIP_ARGS.`;
}

/** Asked of the disk itself: venv and pip hide the reason behind an exit status of a program they ran. */
async function isDiskFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < 100e6;
}

function diskFull(folder: string): Problem {
  return new Problem(
    `The disk of ${folder} is full: free about 3 GB and start again; what is half-installed is made anew.`,
  );
}
