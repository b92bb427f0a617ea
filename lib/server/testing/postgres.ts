// vitest globalSetup of the integration tests: a Postgres of their own, with a template database that has every
// migration applied. database.ts gives each test file its copy of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { paths } from '../paths.ts';
import { ensurePostgresEnv } from '../pg/database.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../pg/launcher.ts';
import { applyMigrations } from '../pg/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testPostgres: { adminUrl: string; template: string };
  }
}

const TEMPLATE = 'halyard_template';

/** Tests may lose their data with the machine: nothing is flushed. */
const UNSAFE_BUT_FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 200,
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'halyard-test-pg-'));
  const folders = paths();
  await ensurePostgresEnv(folders, (message) => console.log(`test database: ${message}`));
  const server = await startEmbeddedPostgres({
    folder,
    pythonEnv: folders.postgresEnv,
    database: TEMPLATE,
    settings: UNSAFE_BUT_FAST,
  });
  const remove = async () => {
    await stopEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    project.provide('testPostgres', { adminUrl: await makeTemplate(server.url), template: TEMPLATE });
    return remove;
  } catch (error) {
    await remove(); // vitest calls no teardown after a failed setup
    throw error;
  }
}

/** @returns the address of the database from which the template is copied */
async function makeTemplate(url: string): Promise<string> {
  await applyMigrations({ url, folder: paths().migrations });
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client(admin.toString());
  await client.connect();
  // A template that nobody can connect to can always be copied.
  await client.query(`ALTER DATABASE ${TEMPLATE} WITH ALLOW_CONNECTIONS false`);
  await client.end();
  return admin.toString();
}
