import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.cwd();
const READY_WITHIN_MS = 300_000;

/** A whole Halyard of a test's own: Postgres, web server, worker, started as `npm start` starts them. */
export interface Installation {
  readonly home: string;
  readonly port: number;
  readonly origin: string;
  /** What start-up printed: the first admin's set-up link. */
  readonly link: string;
  /** All that start-up has printed. */
  output(): string;
  /** Ctrl-C, and waits until everything is gone. */
  stop(): Promise<void>;
  /** SIGKILL to the start-up process and whatever it started: a power cut. */
  kill(): Promise<void>;
  /** The same installation again, at the same address. */
  restart(): Promise<Installation>;
  /** Runs a `halyard` command on this installation. */
  halyard(args: string[], input?: string): Promise<{ code: number; stdout: string; stderr: string }>;
  remove(): Promise<void>;
}

interface Options {
  demo?: boolean;
  host?: string;
  env?: NodeJS.ProcessEnv;
}

export async function startInstallation(options: Options = {}): Promise<Installation> {
  const home = mkdtempSync(join(tmpdir(), 'halyard-e2e-'));
  shareEnvironments(home);
  return launch(home, await freePort(), options);
}

/** The Python environments are the checkout's own: PyTorch is not installed once a test. */
function shareEnvironments(home: string): void {
  for (const name of ['venv-pg', 'venv-train']) {
    const folder = join(root, '.halyard', name);
    if (existsSync(folder)) symlinkSync(folder, join(home, name));
  }
  mkdirSync(join(home, 'logs'), { recursive: true });
}

async function launch(home: string, port: number, options: Options): Promise<Installation> {
  const host = options.host ?? '127.0.0.1';
  const env = {
    ...process.env,
    HALYARD_HOME: home,
    HOST: host,
    PORT: String(port),
    HALYARD_DEMO: options.demo ? 'on' : 'off',
    ...options.env,
  };
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const link = await untilReady(child, () => printed);
  return {
    home,
    port,
    origin: new URL(link).origin,
    link,
    output: () => printed,
    async stop() {
      child.kill('SIGINT');
      await exitOf(child);
    },
    async kill() {
      child.kill('SIGKILL');
      await exitOf(child);
    },
    restart: () => launch(home, port, options),
    halyard: (args, input) => run(['cli/halyard.mjs', ...args], { ...env, DATABASE_URL: undefined }, input),
    async remove() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        await exitOf(child);
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function untilReady(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${printed()}`)), READY_WITHIN_MS);
    const look = () => {
      const link = printed().match(/Ready in[\s\S]*?(https?:\/\/\S+)/)?.[1];
      if (!link) return;
      clearTimeout(timer);
      resolve(link);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`start-up ended with ${code}:\n${printed()}`));
    });
  });
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function run(args: string[], env: NodeJS.ProcessEnv, input = '') {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('exit', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.end(input);
  });
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
