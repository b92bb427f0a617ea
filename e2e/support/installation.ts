import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readState, urlOf } from '../../lib/server/pg/cluster.ts';
import { killAll, processesOf } from './processes.ts';

const root = process.cwd();
const READY_WITHIN_MS = 420_000;

interface Settings {
  /** The synthetic market that `npm start` makes; without it there are no series. */
  demo?: boolean;
  env?: Record<string, string>;
}

/**
 * A whole Halyard of a test's own: Postgres, web server, worker, started as `npm start` starts them, in a folder and on
 * a port of their own. It can be stopped, killed and started again, and keeps both.
 */
export class Installation {
  readonly home: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly #settings: Settings;
  #child: ChildProcess | null = null;
  #printed = '';
  #link = '';

  private constructor(home: string, port: number, grpcPort: number, settings: Settings) {
    this.home = home;
    this.port = port;
    this.grpcPort = grpcPort;
    this.#settings = settings;
  }

  static async start(settings: Settings = {}): Promise<Installation> {
    const home = mkdtempSync(join(tmpdir(), 'halyard-e2e-'));
    // Under root Postgres runs as a user of its own, which must be able to reach its data.
    chmodSync(home, 0o755);
    shareEnvironments(home);
    const installation = new Installation(home, await freePort(), await freePort(), settings);
    await installation.start();
    return installation;
  }

  /** What start-up printed: the first admin's set-up link, later the app's address. */
  get link(): string {
    return this.#link;
  }

  get origin(): string {
    return new URL(this.#link).origin;
  }

  /** All that the newest start has printed. */
  get printed(): string {
    return this.#printed;
  }

  get runs(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts what is not running; `env` holds for this start only. @returns ms until the app was ready */
  async start(env: Record<string, string> = {}): Promise<number> {
    if (this.runs) return 0;
    const began = Date.now();
    this.#printed = '';
    const child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      env: { ...this.#environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.#printed += text));
    this.#link = await this.#untilReady(child);
    return Date.now() - began;
  }

  /** Starts it once more, beside what runs already. @returns how that ended */
  tryStart(): Promise<{ code: number; printed: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env: this.#environment() });
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
      child.once('close', (code) => resolve({ code: code ?? -1, printed }));
    });
  }

  /** Ctrl-C, and waits until start-up has ended. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** SIGKILL to start-up and to everything that it started, Postgres too: a power cut. */
  async kill(): Promise<void> {
    const exit = this.#exit();
    await killAll(this.home);
    await exit;
  }

  /** The processes that belong to this installation, a line each. */
  processes(): string[] {
    return processesOf(this.home).map(({ pid, command }) => `${pid} ${command}`);
  }

  /** Runs a `halyard` command on this installation. */
  halyard(args: string[], input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['cli/halyard.mjs', ...args], {
        cwd: root,
        env: this.#environment(),
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
      child.stdin.end(input);
    });
  }

  /** Asks the database itself: what the tests count must not pass through the code under test. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** A connection to the database, to be ended by who asked for it. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client(urlOf(readState(join(this.home, 'pg', 'state.json')), 'halyard'));
    // A query under way is rejected when Postgres is killed; this is told besides, and unheard it would end the test.
    client.on('error', (error) => console.log(`the test's own connection: ${error.message}`));
    await client.connect();
    return client;
  }

  /** Stops it and removes all it stored. */
  async remove(): Promise<void> {
    await this.stop();
    await killAll(this.home);
    rmSync(this.home, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    // NODE_ENV too: start-up chooses it for each program.
    const { DATABASE_URL: _ours, HALYARD_URL: _name, NODE_ENV: _mode, ...inherited } = process.env;
    const own: Record<string, string | undefined> = {
      ...inherited,
      HALYARD_HOME: this.home,
      HALYARD_ROOT: root,
      HOST: '127.0.0.1',
      PORT: String(this.port),
      GRPC_PORT: String(this.grpcPort),
      HALYARD_DEMO: this.#settings.demo ? 'on' : 'off',
      HALYARD_TRAIN_PYTHON: TRAINER_PYTHON,
      ...this.#settings.env,
    };
    return own as NodeJS.ProcessEnv;
  }

  #untilReady(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`${what}:\n${this.#printed}`));
      const timer = setTimeout(() => fail('start-up is not ready in time'), READY_WITHIN_MS);
      const look = () => {
        const link = this.#printed.match(/Ready in[\s\S]*?(https?:\/\/\S+)\n/)?.[1];
        if (!link) return;
        clearTimeout(timer);
        resolve(link);
      };
      child.stdout?.on('data', look);
      child.once('exit', (code) => {
        clearTimeout(timer);
        fail(`start-up ended with ${code}`);
      });
    });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.runs) return;
    const exit = this.#exit();
    this.#child?.kill(signal);
    await exit;
  }

  #exit(): Promise<void> {
    const child = this.#child;
    if (child === null || !this.runs) return Promise.resolve();
    return new Promise((resolve) => child.once('exit', () => resolve()));
  }
}

/** The Python that trains in these tests: PyTorch is not installed once a test. */
export const TRAINER_PYTHON =
  process.env.HALYARD_TRAIN_PYTHON ?? join(root, '.halyard', 'venv-train', 'bin', 'python');

/** The Postgres binaries are the checkout's own too. */
function shareEnvironments(home: string): void {
  const folder = join(root, '.halyard', 'venv-pg');
  if (existsSync(folder)) symlinkSync(folder, join(home, 'venv-pg'));
  mkdirSync(join(home, 'logs'), { recursive: true });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
