// What runs once everything is prepared: Postgres, the web server, the job worker, the gRPC server.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../lib/server/host/problem.mjs';
import { identify, isRunning } from '../../lib/server/host/processes.mjs';
import { endOfLog } from './family.mjs';

const WATCH_EVERY_MS = 1000;
const READY_WITHIN_MS = 90_000;
const CRASHES_BEFORE_READY = 3;

/**
 * @typedef {import('../../lib/server/pg/database.ts').Database} Database
 * @typedef {{
 *   family: import('./family.mjs').Family,
 *   folders: ReturnType<typeof import('../../lib/server/host/folders.mjs').foldersOf>,
 *   openDatabase: () => Promise<Database>,
 *   host: string,
 *   port: number,
 *   grpcPort: number,
 *   say: (sentence: string) => void,
 * }} Setting
 */

export class Services {
  #setting;
  /** @type {Database[]} the one in use is the last; each holds a lease until the end */
  #databases;
  /** @type {import('./family.mjs').Kept[]} */
  #programs = [];
  /** @type {NodeJS.Timeout | undefined} */
  #watch;
  #stopping = false;
  /** @type {Promise<void>} a database that is being started again */
  #reviving = Promise.resolve();

  /** @param {Setting} setting @param {Database} database up and migrated */
  constructor(setting, database) {
    this.#setting = setting;
    this.#databases = [database];
  }

  get #database() {
    return this.#databases[this.#databases.length - 1];
  }

  /** @returns {NodeJS.ProcessEnv} what every program of this installation is started with */
  get environment() {
    const { folders, host, port, grpcPort } = this.#setting;
    return {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      DATABASE_URL: this.#database.url,
      HALYARD_HOME: folders.home,
      HALYARD_ROOT: folders.root,
      HOST: host,
      PORT: String(port),
      GRPC_PORT: String(grpcPort),
    };
  }

  /** Starts the programs, and returns when the web server answers. */
  async start() {
    mkdirSync(this.#setting.folders.logs, { recursive: true });
    this.#startPrograms();
    await this.#untilWebAnswers();
    this.#watchDatabase();
  }

  /** Ends the programs, then gives the database back. */
  async stop() {
    this.#stopping = true;
    clearTimeout(this.#watch);
    await this.#reviving;
    await Promise.all(this.#programs.map((program) => program.stop()));
    for (const database of this.#databases) await database.stop();
  }

  #startPrograms() {
    const { family, folders, host, port, say } = this.#setting;
    const next = join(folders.root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const programs = [
      { name: 'The web server', args: [next, 'start', '-H', host, '-p', String(port)], log: 'web.log' },
      { name: 'The job worker', args: ['--import', 'tsx', 'workers/run.ts'], log: 'worker.log' },
      { name: 'The gRPC server', args: ['--import', 'tsx', 'workers/serve.ts'], log: 'grpc.log' },
    ];
    this.#programs = programs.map(({ name, args, log }) =>
      family.keep({ name, args, log: join(folders.logs, log), env: this.environment }, say),
    );
  }

  async #untilWebAnswers() {
    const { host, port, folders } = this.#setting;
    const address = new Map([
      ['0.0.0.0', '127.0.0.1'],
      ['::', '[::1]'],
    ]).get(host);
    const url = `http://${address ?? (host.includes(':') ? `[${host}]` : host)}:${port}/`;
    const [web] = this.#programs;
    for (const began = Date.now(); Date.now() - began < READY_WITHIN_MS; await sleep(100)) {
      if (web.crashes >= CRASHES_BEFORE_READY) break;
      if (await answers(url)) return;
    }
    const log = join(folders.logs, 'web.log');
    throw new Problem(
      `The web server does not come up at ${url}. The end of its log, ${log}:\n${endOfLog(log)}`,
    );
  }

  /** A Postgres that died (out of memory, kill -9) is started again; the programs reconnect by themselves. */
  #watchDatabase() {
    const { pid } = this.#database;
    if (pid === undefined) return; // an external one is not ours to start
    const identity = identify(pid);
    const look = async () => {
      if (this.#stopping) return;
      if (isRunning(identity)) {
        this.#watch = setTimeout(() => void look(), WATCH_EVERY_MS);
        return;
      }
      this.#reviving = this.#revive();
    };
    void look();
  }

  async #revive() {
    const { openDatabase, say } = this.#setting;
    say('Postgres ended, starting it again');
    try {
      const former = this.#database.url;
      this.#databases.push(await openDatabase());
      if (this.#database.url !== former) {
        // Its port was taken meanwhile: the programs know only the old one.
        await Promise.all(this.#programs.map((program) => program.stop()));
        if (!this.#stopping) this.#startPrograms();
      }
      this.#watchDatabase();
    } catch (error) {
      say(`Postgres does not start: ${error instanceof Error ? error.message : error}`);
      if (this.#stopping) return;
      this.#watch = setTimeout(() => {
        this.#reviving = this.#revive();
      }, 10 * WATCH_EVERY_MS);
    }
  }
}

/** @param {string} url @returns {Promise<boolean>} whether any HTTP answer comes */
async function answers(url) {
  try {
    await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  }
}
