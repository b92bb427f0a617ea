// All processes that one start has: those it waits for and those it keeps alive. None outlives it.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { Problem } from '../../lib/server/host/problem.mjs';
import { endProcess, identify } from '../../lib/server/host/processes.mjs';

const EXIT_WITH_PARENT = new URL('./exit-with-parent.mjs', import.meta.url).href;
const LONGEST_PAUSE_MS = 30_000;
/** A child that ran this long was well: the next crash counts as its first. */
const HEALTHY_MS = 60_000;
const LARGEST_LOG = 10_000_000;

/** @param {number} crashes in a row @returns {number} ms until the next attempt: 1, 2, 4 s … 30 s */
export function restartPause(crashes) {
  return Math.min(1000 * 2 ** (crashes - 1), LONGEST_PAUSE_MS);
}

/**
 * @typedef {{ name: string, args: string[], log: string, env: NodeJS.ProcessEnv }} Program a Node program to keep alive
 * @typedef {{ crashes: number, stop: () => Promise<void> }} Kept
 */

export class Family {
  /** @type {Map<import('node:child_process').ChildProcess, string>} each living child and its identity */
  #living = new Map();
  #ended = false;
  #changed;

  /** @param {(identities: string[]) => void} changed told whenever the set of living processes changes */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Runs a command to its end.
   * @param {string} command @param {string[]} args
   * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, echo?: boolean }} [options] `echo`: let its output through
   * @returns {Promise<{ code: number, output: string }>}
   */
  async run(command, args, { env = process.env, cwd, echo = false } = {}) {
    const child = this.#spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {string[]} */
    const output = [];
    for (const [stream, target] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]))
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output.push(text);
        if (echo) target.write(text);
      });
    const code = await new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', (status) => done(status ?? 1));
    });
    return { code, output: output.join('') };
  }

  /**
   * Keeps a Node program running: started again, ever more slowly, when it ends.
   * @param {Program} program
   * @param {(sentence: string) => void} say
   * @returns {Kept}
   */
  keep(program, say) {
    /** @type {NodeJS.Timeout | undefined} */
    let pause;
    /** @type {string | undefined} */
    let identity;
    let stopped = false;
    /** @type {Kept} */
    const kept = {
      crashes: 0,
      stop: async () => {
        stopped = true;
        clearTimeout(pause);
        if (identity) await endProcess(identity, 10_000);
      },
    };
    const start = () => {
      const began = Date.now();
      const log = openLog(program.log);
      const args = ['--import', EXIT_WITH_PARENT, ...program.args];
      const child = this.#spawn(process.execPath, args, { env: program.env, stdio: ['pipe', log, log] });
      closeSync(log);
      identity = this.#living.get(child);
      child.once('exit', (code, signal) => {
        if (stopped || this.#ended) return;
        kept.crashes = Date.now() - began > HEALTHY_MS ? 1 : kept.crashes + 1;
        const wait = restartPause(kept.crashes);
        say(
          `${program.name} ended (${signal ?? `exit ${code}`}; see ${program.log}), starting it again in ${wait / 1000} s`,
        );
        pause = setTimeout(start, wait);
      });
    };
    start();
    return kept;
  }

  /**
   * Starts a Node program that may take its time.
   * @param {string[]} args @param {NodeJS.ProcessEnv} env
   * @returns {import('node:child_process').ChildProcess}
   */
  background(args, env) {
    const stdio = /** @type {const} */ (['pipe', 'ignore', 'ignore']);
    return this.#spawn(process.execPath, ['--import', EXIT_WITH_PARENT, ...args], { env, stdio: [...stdio] });
  }

  /** Ends every process and starts none any more. @param {number} [graceMs] */
  async end(graceMs = 10_000) {
    this.#ended = true;
    await Promise.all([...this.#living.values()].map((identity) => endProcess(identity, graceMs)));
  }

  /**
   * @param {string} command @param {string[]} args
   * @param {import('node:child_process').SpawnOptions} options
   */
  #spawn(command, args, options) {
    if (this.#ended) throw new Problem('Stopped.');
    // A group of its own: Ctrl-C reaches the children through us only, and their children can be ended with them.
    const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
    if (child.pid) this.#living.set(child, identify(child.pid));
    this.#changed([...this.#living.values()]);
    child.once('exit', () => {
      this.#living.delete(child);
      this.#changed([...this.#living.values()]);
    });
    return child;
  }
}

/** @param {string} file @returns {number} a descriptor; a log that grew large is put aside first */
function openLog(file) {
  if (existsSync(file) && statSync(file).size > LARGEST_LOG) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** @param {string} file @param {number} lines @returns {string} the last lines of a log */
export function endOfLog(file, lines = 12) {
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trim().split('\n').slice(-lines).join('\n');
}
