import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { paths } from '../paths.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { backupDatabase } from './backup.ts';
import { binary, findInstall } from './install.ts';
import { applyMigrations } from './migrate.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'halyard-migrate-'));
  database = await testDatabase();
  await run(database.url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});

afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function migration(name: string, sql: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'migration.sql'), sql);
  writeFileSync(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
}

test('pending migrations are applied in order, and a second time there is nothing to do', async () => {
  migration('2_add', `ALTER TABLE thing ADD COLUMN mark "char" DEFAULT 'x'`);
  migration('1_make', 'CREATE TABLE thing (id int PRIMARY KEY); INSERT INTO thing VALUES (1)');
  expect(await applyMigrations({ url: database.url, folder })).toEqual(['1_make', '2_add']);
  expect(await run(database.url, 'SELECT * FROM thing')).toEqual([{ id: 1, mark: 'x' }]);
  expect(await applyMigrations({ url: database.url, folder })).toEqual([]);
});

test('a function whose body holds semicolons is one statement', async () => {
  migration(
    '1_function',
    `CREATE FUNCTION two() RETURNS text AS $$ BEGIN PERFORM 1; RETURN 'a;b'; END $$ LANGUAGE plpgsql;`,
  );
  await applyMigrations({ url: database.url, folder });
  expect(await run(database.url, 'SELECT two()')).toEqual([{ two: 'a;b' }]);
});

test('several starts at once apply each migration once', async () => {
  migration('1_make', 'CREATE TABLE thing (id int PRIMARY KEY)');
  const all = await Promise.all([1, 2, 3].map(() => applyMigrations({ url: database.url, folder })));
  expect(all.flat()).toEqual(['1_make']);
});

test('a database that holds something is backed up before it is changed, an empty one is not', async () => {
  let backups = 0;
  const backup = async () => {
    backups += 1;
    // What the backup sees is the state before.
    await expect(run(database.url, 'SELECT more FROM thing')).rejects.toThrow(/"more" does not exist/);
  };
  migration('1_make', 'CREATE TABLE thing (id int PRIMARY KEY)');
  await applyMigrations({ url: database.url, folder, backup });
  expect(backups).toBe(0);
  migration('2_add', 'ALTER TABLE thing ADD COLUMN more int');
  await applyMigrations({ url: database.url, folder, backup });
  expect(backups).toBe(1);
});

test('a failed backup keeps the migration from beginning', async () => {
  migration('1_make', 'CREATE TABLE thing (id int PRIMARY KEY)');
  await applyMigrations({ url: database.url, folder });
  migration('2_drop', 'DROP TABLE thing');
  const backup = () => Promise.reject(new Error('the disk is full'));
  await expect(applyMigrations({ url: database.url, folder, backup })).rejects.toThrow('the disk is full');
  expect(await run(database.url, 'SELECT * FROM thing')).toEqual([]);
});

test('a migration that fails is named, and stays in the way until it is dealt with', async () => {
  migration('1_broken', 'CREATE TABLE other (id int); CREATE TABLE thing (id nonsense)');
  await expect(applyMigrations({ url: database.url, folder })).rejects.toThrow(/migration failed.*1_broken/s);
  await expect(applyMigrations({ url: database.url, folder })).rejects.toThrow(/1_broken failed earlier/);
});

test('a database that a newer checkout migrated is refused by the name of that migration', async () => {
  migration('1_make', 'CREATE TABLE thing (id int PRIMARY KEY)');
  migration('2_future', 'ALTER TABLE thing ADD COLUMN more int');
  await applyMigrations({ url: database.url, folder });
  rmSync(join(folder, '2_future'), { recursive: true });
  await expect(applyMigrations({ url: database.url, folder })).rejects.toThrow(/2_future.*newer Halyard/);
});

test("this project's own migrations apply to an empty database", async () => {
  cpSync(paths().migrations, folder, { recursive: true });
  const applied = await applyMigrations({ url: database.url, folder });
  expect(applied.length).toBeGreaterThan(0);
});

test('a backup restores, with pg_restore, to what was there', async () => {
  await run(database.url, 'CREATE TABLE thing (id int PRIMARY KEY); INSERT INTO thing VALUES (7)');
  const install = findInstall(paths().postgresEnv);
  const url = database.url;
  const file = await backupDatabase({ url, folder, pgDump: binary(install, 'pg_dump'), now: new Date(0) });
  expect(readdirSync(folder)).toEqual(['halyard-1970-01-01T00-00-00-000Z.dump']);
  await run(url, 'DROP TABLE thing');
  execFileSync(binary(install, 'pg_restore'), [
    '--clean',
    '--if-exists',
    '--no-owner',
    '-d',
    url,
    String(file),
  ]);
  expect(await run(url, 'SELECT id FROM thing')).toEqual([{ id: 7 }]);
});

test('without a pg_dump there is no backup, and a pg_dump that fails says why and leaves no half file', async () => {
  const given = { url: inject('testPostgres').adminUrl, folder, now: new Date(0) };
  expect(await backupDatabase({ ...given, pgDump: join(folder, 'no-such-pg_dump') })).toBeUndefined();
  const pgDump = binary(findInstall(paths().postgresEnv), 'pg_dump');
  const nowhere = given.url.replace(/\/postgres$/, '/nowhere');
  await expect(backupDatabase({ ...given, url: nowhere, pgDump })).rejects.toThrow(
    /not begun.*"nowhere" does not exist/s,
  );
  expect(readdirSync(folder)).toEqual([]);
});
