import { mkdirSync } from 'node:fs';
import pg from 'pg';
import { env } from '../env.ts';
import { Problem } from '../host/problem.mjs';
import { type Folders, paths } from '../paths.ts';
import { ensurePythonEnv } from '../python-env.ts';
import { backupDatabase } from './backup.ts';
import { binary } from './install.ts';
import { startEmbeddedPostgres } from './launcher.ts';
import { applyMigrations } from './migrate.ts';

const DATABASE = 'halyard';

export interface Database {
  url: string;
  /** False for an external server, by DATABASE_URL. */
  embedded: boolean;
  /** The pg_dump that fits this server. */
  pgDump: string;
  /** Process of the embedded server. */
  pid?: number;
  /** Gives the database back; an embedded server stops when nobody else holds it. */
  stop(): Promise<void>;
}

export type Report = (message: string) => void;
const silent: Report = () => undefined;

/**
 * The database, up and migrated: the external one of DATABASE_URL, else the embedded one, started if it is down (and its
 * binaries installed if they are missing). For programs of their own (CLI, scripts); what `npm start` runs gets DATABASE_URL.
 */
export async function ensureDatabase(report: Report = silent): Promise<Database> {
  const database = await openDatabase(report);
  try {
    await migrateDatabase(database, report);
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** The database, up but perhaps not migrated. */
export async function openDatabase(report: Report = silent): Promise<Database> {
  const external = env().DATABASE_URL;
  if (external) {
    await checkConnection(external);
    return { url: external, embedded: false, pgDump: 'pg_dump', stop: () => Promise.resolve() };
  }
  const folders = paths();
  await ensurePostgresEnv(folders, report);
  mkdirSync(folders.postgres, { recursive: true });
  const server = await startEmbeddedPostgres({
    folder: folders.postgres,
    pythonEnv: folders.postgresEnv,
    database: DATABASE,
  });
  report(server.reused ? 'Postgres was up' : `Postgres is up on port ${server.port}`);
  return {
    url: server.url,
    embedded: true,
    pgDump: binary(server.install, 'pg_dump'),
    pid: server.pid,
    stop: async () => {
      await server.stop();
    },
  };
}

/** Makes the Python environment with the Postgres binaries. */
export function ensurePostgresEnv(folders: Folders, report: Report = silent): Promise<boolean> {
  return ensurePythonEnv({
    folder: folders.postgresEnv,
    requirements: [`${folders.root}/requirements-postgres.txt`],
    pipArgs: env().HALYARD_PIP_ARGS,
    report,
  });
}

/** Applies pending migrations; before a database that holds something is changed, it is backed up. */
export async function migrateDatabase(database: Database, report: Report = silent): Promise<string[]> {
  const folders = paths();
  const applied = await applyMigrations({
    url: database.url,
    folder: folders.migrations,
    backup: async () => {
      const { url, pgDump } = database;
      const file = await backupDatabase({ url, pgDump, folder: folders.backups, now: new Date() });
      report(
        file
          ? `backup before the upgrade: ${file}`
          : 'no backup before the upgrade: there is no pg_dump on the PATH for this external server',
      );
    },
  });
  report(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date');
  return applied;
}

/** What people get wrong in DATABASE_URL, by the code of the failure. */
const REMEDIES: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there; is that server running, and is the port right',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'there is no host of that name',
  ETIMEDOUT: 'the host does not answer; is a firewall between',
  '28P01': 'the server refuses this user and password',
  '28000': 'the server refuses this user',
  '3D000': 'the server has no such database; make it with createdb',
};

/** @throws Problem that says what is wrong with the address, without its password */
async function checkConnection(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // after a failed connect there may be a second one
  try {
    await client.connect();
  } catch (error) {
    const { hostname, port, pathname } = new URL(url);
    const { code, message } = error as { code?: string; message: string };
    const reason = REMEDIES[code ?? ''] ?? message;
    throw new Problem(
      `DATABASE_URL (${hostname}:${port || '5432'}${pathname}) does not work: ${reason}. Correct it, or unset it to use the embedded Postgres.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
