// The embedded Postgres: a real server of this project alone, its binaries from a Python wheel (there is no npm package
// with pgvector, and PGlite gives all connections one session). Each oddity below is there for a case that happened.
import { execFile, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { withLock } from '../host/lock.mjs';
import { Problem } from '../host/problem.mjs';
import { identify, isAlive, isRunning, readText } from '../host/processes.mjs';
import {
  type Cluster,
  type ClusterState,
  openCluster,
  probe,
  readState,
  urlOf,
  writeState,
} from './cluster.ts';
import { ensureData, postgresEnvironment } from './initialise.ts';
import { binary, findInstall, hasVector, reachableInstall } from './install.ts';

const run = promisify(execFile);
const windows = process.platform === 'win32';
const linux = process.platform === 'linux';

export interface StartOptions {
  /** Folder of the server: data, log, state, leases. */
  folder: string;
  /** Python environment that holds the binaries. */
  pythonEnv: string;
  /** Database to make if there is none. */
  database?: string;
  /** Server settings, as in postgresql.conf. */
  settings?: Record<string, string | number>;
}

export interface EmbeddedPostgres {
  url: string;
  port: number;
  pid: number;
  install: string;
  /** Whether it was up already. */
  reused: boolean;
  vector: boolean;
  /** Gives back this lease; the holder of the last one stops the server. */
  stop(): Promise<StopResult>;
}

export type StopResult = 'stopped' | 'in use' | 'not running';

/**
 * Starts the server of `folder`, or joins it if it is up, and takes a lease on it: it runs until the last living holder
 * stops it. Several processes may start at once; a kill -9 of the server or of its starter is recovered from.
 * @throws Problem with the end of the server's log when it does not come up
 */
export async function startEmbeddedPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const { folder, pythonEnv, database = 'halyard', settings = {} } = options;
  const cluster = openCluster(folder);
  return withLock(cluster.lock, async () => {
    let state = readState(cluster.state);
    const reused = (await probe(cluster, state)) === 'up';
    if (!reused) {
      const install = reachableInstall(findInstall(pythonEnv), cluster);
      state = ensureData(cluster, state, install);
      state = await boot(cluster, { ...state, install, vector: hasVector(install) }, settings);
      writeState(cluster, state);
    }
    try {
      await ensureDatabaseExists(urlOf(state, 'postgres'), database);
    } catch (error) {
      if (!reused) await shutDown(cluster); // nobody holds it
      throw error;
    }
    const lease = takeLease(cluster);
    return {
      url: urlOf(state, database),
      port: state.port ?? 0,
      pid: state.pid ?? 0,
      install: state.install ?? '',
      vector: state.vector ?? false,
      reused,
      stop: () => release(cluster, lease),
    };
  });
}

/** Stops the server of `folder` whoever uses it. */
export async function stopEmbeddedPostgres(folder: string): Promise<StopResult> {
  const cluster = openCluster(folder);
  return withLock(cluster.lock, () => shutDown(cluster));
}

/** How the server of `folder` stands, without starting or joining it. */
export async function embeddedPostgresStatus(folder: string): Promise<'up' | 'starting' | 'down'> {
  if (!existsSync(join(folder, 'state.json'))) return 'down';
  const cluster = openCluster(folder);
  return probe(cluster, readState(cluster.state));
}

/** Boots until the server answers; tried again on a lost port race, or while backends of a killed server still exit. */
async function boot(
  cluster: Cluster,
  state: Partial<ClusterState>,
  settings: Record<string, string | number>,
): Promise<Partial<ClusterState>> {
  const pidFile = join(cluster.data, 'postmaster.pid');
  disownStalePid(cluster, pidFile);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(state.port);
    const logged = readText(cluster.log).length;
    const server = launch(cluster, state.install ?? '', { ...defaults(port), ...settings });
    const next = { ...state, port };
    for (let waited = 0; !server.ended && waited < 6000; waited++) {
      if ((await probe(cluster, next)) === 'up')
        return { ...next, pid: Number(readText(pidFile).split('\n')[0]) };
      await sleep(50);
    }
    const told = readText(cluster.log).slice(logged);
    const hopeless = hopelessFailure(cluster, told);
    if (hopeless) throw hopeless;
    if (attempt === 8) throw bootFailure(cluster, server.ended ?? 'no answer', told);
    await sleep(250 * attempt);
  }
}

function defaults(port: number): Record<string, string | number> {
  const common = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '' };
  // mmap: /dev/shm of a container may be 64 MB. syncfs: crash recovery syncs once, not file by file.
  return linux
    ? { ...common, dynamic_shared_memory_type: 'mmap', recovery_init_sync_method: 'syncfs' }
    : common;
}

function launch(
  cluster: Cluster,
  install: string,
  settings: Record<string, string | number>,
): { ended?: string } {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(cluster.log, 'a', 0o600);
  const env = postgresEnvironment();
  // Detached, in a session of its own: a terminal's Ctrl-C must reach us, and the server only through us.
  const child = windows
    ? spawn(
        binary(install, 'pg_ctl'),
        [
          'start',
          '-W',
          '-D',
          cluster.data,
          '-l',
          cluster.log,
          '-o',
          flags.map((flag) => `"${flag}"`).join(' '),
        ],
        { env, stdio: 'ignore', detached: true },
      )
    : spawn(binary(install, 'postgres'), ['-D', cluster.data, ...flags], {
        ...cluster.account,
        env,
        cwd: cluster.data,
        stdio: ['ignore', log, log],
        detached: true,
      });
  closeSync(log);
  const server: { ended?: string } = {};
  child.once('error', (error) => {
    server.ended = error.message;
  });
  child.once('exit', (code) => {
    // On Windows it is pg_ctl that exits, with 0 when all is well.
    if (!windows || code) server.ended = `exit ${code}`;
  });
  child.unref();
  return server;
}

/**
 * A killed server leaves its pid file, and that pid may be a zombie or another program by now, which Postgres takes for
 * a living server. The other lines stay: by them it finds the shared memory of backends that still run.
 */
function disownStalePid(cluster: Cluster, pidFile: string): void {
  const [pid, ...others] = readText(pidFile).split('\n');
  if (!pid || serves(Number(pid), cluster.data)) return;
  writeFileSync(pidFile, ['4194303', ...others].join('\n'));
}

/** Whether that process is a server of this data folder: Postgres works in its data folder. */
function serves(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  if (!linux) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return true; // not ours to look into: believe the file
  }
}

/** The wanted port if it is free, so that a restarted server keeps its address; else any. */
function freePort(wanted = 0): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(freePort()));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}

/** Failures that another try does not mend. */
function hopelessFailure(cluster: Cluster, told: string): Problem | undefined {
  if (/no space left on device/i.test(told))
    return new Problem(
      `Postgres cannot start because the disk of ${cluster.home} is full: free some space and start again; its data are safe.`,
    );
  if (/has invalid permissions/.test(told))
    return new Problem(
      `Postgres does not use data that others may read: run "chmod 700 ${cluster.data}" and start again.`,
    );
  if (/has wrong ownership|could not open file .*Permission denied/.test(told))
    return new Problem(
      `${cluster.data} belongs to another user: start Halyard as that user, or set HALYARD_HOME to a folder of your own.`,
    );
  return undefined;
}

function bootFailure(cluster: Cluster, reason: string, told: string): Problem {
  const tail = told.trim().split('\n').slice(-12).join('\n');
  return new Problem(`Postgres did not start (${reason}). The end of its log, ${cluster.log}:\n${tail}`);
}

async function ensureDatabaseExists(adminUrl: string, database: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await client.query(`create database ${pg.escapeIdentifier(database)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42P04') throw error; // duplicate_database
  } finally {
    await client.end();
  }
}

let leaseCount = 0;

/** One file a holder; a process may hold several. */
function takeLease(cluster: Cluster): string {
  leaseCount += 1;
  const file = join(cluster.leases, `${process.pid}-${leaseCount}`);
  writeFileSync(file, identify(process.pid));
  return file;
}

function release(cluster: Cluster, lease: string): Promise<StopResult> {
  return withLock(cluster.lock, async () => {
    rmSync(lease, { force: true });
    for (const file of readdirSync(cluster.leases).map((name) => join(cluster.leases, name))) {
      if (isRunning(readText(file))) return 'in use';
      rmSync(file, { force: true });
    }
    return shutDown(cluster);
  });
}

async function shutDown(cluster: Cluster): Promise<StopResult> {
  const { install } = readState(cluster.state);
  if (!install || !existsSync(join(cluster.data, 'postmaster.pid'))) return 'not running';
  try {
    // Fast: open transactions are rolled back, connections closed, everything is on disk when it ends.
    const flags = ['stop', '-D', cluster.data, '-m', 'fast', '-w', '-t', '60'];
    await run(binary(install, 'pg_ctl'), flags, { ...cluster.account, cwd: cluster.data });
    return 'stopped';
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr?.trim() ?? String(error);
    if (/no server running|does not exist|No such process/i.test(reason)) return 'not running';
    throw new Problem(`Postgres did not stop: ${reason}`, { cause: error });
  }
}
