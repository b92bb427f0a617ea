import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from '../host/processes.mjs';
import { paths } from '../paths.ts';
import {
  embeddedPostgresStatus,
  type StartOptions,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from './launcher.ts';

const folders: string[] = [];

function options(): StartOptions {
  const folder = mkdtempSync(join(tmpdir(), 'halyard-launcher-'));
  folders.push(folder);
  return { folder, pythonEnv: paths().postgresEnv, database: 'app' };
}

async function value(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  for (const folder of folders.splice(0)) {
    await stopEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a new server answers, has pgvector at hand, and needs its password', async () => {
  const server = await startEmbeddedPostgres(options());
  expect(await value(server.url, 'select current_database()')).toBe('app');
  expect(
    await value(server.url, `select count(*)::int from pg_available_extensions where name = 'vector'`),
  ).toBe(1);
  expect(server.vector).toBe(true);
  const stranger = server.url.replace(/:[^:@]+@/, ':guess@');
  await expect(value(stranger, 'select 1')).rejects.toThrow(/password authentication failed/);
});

test('its password file and its data are readable by their owners only', async () => {
  const given = options();
  await startEmbeddedPostgres(given);
  expect(statSync(join(given.folder, 'state.json')).mode & 0o077).toBe(0);
  const data = await value((await startEmbeddedPostgres(given)).url, 'show data_directory');
  expect(statSync(String(data)).mode & 0o077).toBe(0);
});

test('data that others may read are refused at once, with the command that puts it right', async () => {
  const given = options();
  const first = await startEmbeddedPostgres(given);
  const data = String(await value(first.url, 'show data_directory'));
  await first.stop();
  chmodSync(data, 0o777);
  await expect(startEmbeddedPostgres(given)).rejects.toThrow(/others may read: run "chmod 700/);
});

test('the last holder stops the server, those before only give up their lease', async () => {
  const given = options();
  const first = await startEmbeddedPostgres(given);
  const second = await startEmbeddedPostgres(given);
  expect(second).toMatchObject({ reused: true, pid: first.pid, url: first.url });
  expect(await first.stop()).toBe('in use');
  expect(await embeddedPostgresStatus(given.folder)).toBe('up');
  expect(await second.stop()).toBe('stopped');
  expect(await embeddedPostgresStatus(given.folder)).toBe('down');
  expect(isAlive(first.pid)).toBe(false);
});

test('the lease of a process that died does not keep the server up', async () => {
  const given = options();
  const server = await startEmbeddedPostgres(given);
  writeFileSync(join(given.folder, 'leases', '4194302-1'), '4194302:1');
  expect(await server.stop()).toBe('stopped');
});

test('after a kill -9 of the server the next start recovers what was committed, on the same port', async () => {
  const given = options();
  const first = await startEmbeddedPostgres(given);
  await value(first.url, 'create table kept as select 42 as n');
  process.kill(first.pid, 'SIGKILL');
  const second = await startEmbeddedPostgres(given);
  expect(second).toMatchObject({ reused: false, port: first.port });
  expect(await value(second.url, 'select n from kept')).toBe(42);
});

test('a pid file that names a living stranger does not keep the server from starting', async () => {
  const given = options();
  const first = await startEmbeddedPostgres(given);
  const data = String(await value(first.url, 'show data_directory'));
  const pidFile = join(data, 'postmaster.pid');
  const stale = readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid));
  await stopEmbeddedPostgres(given.folder);
  writeFileSync(pidFile, stale);
  const second = await startEmbeddedPostgres(given);
  expect(second.pid).not.toBe(process.pid);
  expect(await value(second.url, 'select 1')).toBe(1);
});

test('a port that somebody took meanwhile is given up for another', async () => {
  const given = options();
  const first = await startEmbeddedPostgres(given);
  await stopEmbeddedPostgres(given.folder);
  const thief = createServer();
  await new Promise<void>((done) => thief.listen(first.port, '127.0.0.1', done));
  try {
    const second = await startEmbeddedPostgres(given);
    expect(second.port).not.toBe(first.port);
    expect(await value(second.url, 'select 1')).toBe(1);
  } finally {
    thief.close();
  }
});

test('several starts at once end in one server', async () => {
  const given = options();
  const all = await Promise.all([1, 2, 3, 4].map(() => startEmbeddedPostgres(given)));
  expect(new Set(all.map((server) => server.pid)).size).toBe(1);
  expect(all.filter((server) => !server.reused)).toHaveLength(1);
});

test('two projects run beside each other', async () => {
  const [one, other] = await Promise.all([
    startEmbeddedPostgres(options()),
    startEmbeddedPostgres(options()),
  ]);
  expect(one.port).not.toBe(other.port);
  expect(await value(one.url, 'show data_directory')).not.toBe(await value(other.url, 'show data_directory'));
});

test('an initdb that was killed half-way leaves nothing that the next start trips over', async () => {
  const given = options();
  const first = await startEmbeddedPostgres(given);
  const data = String(await value(first.url, 'show data_directory'));
  await stopEmbeddedPostgres(given.folder);
  const scratch = join(data, '..', 'init-dead');
  mkdirSync(scratch);
  rmSync(data, { recursive: true });
  const second = await startEmbeddedPostgres(given);
  expect(await value(second.url, 'select 1')).toBe(1);
  expect(existsSync(scratch)).toBe(false);
});

test('data whose password file is gone are refused with the remedy', async () => {
  const given = options();
  const server = await startEmbeddedPostgres(given);
  await server.stop();
  rmSync(join(given.folder, 'state.json'));
  await expect(startEmbeddedPostgres(given)).rejects.toThrow(/state\.json.*is gone: restore it/);
});
