import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Problem } from '../host/problem.mjs';
import { openSchemaEngine } from './schema-engine/engine.mjs';

export interface MigrateOptions {
  url: string;
  /** Folder of Prisma's migrations. */
  folder: string;
  /** Called before the first change to a database that holds something. */
  backup?: () => Promise<void>;
}

/** Any number: all who migrate one database take this advisory lock. */
const MIGRATING = 4_711_202_607;

/**
 * Applies the pending migrations in their order, by Prisma's own engine. Several processes may call it at once.
 * @returns the names of those applied now; empty when the database was up to date
 * @throws Problem when a migration failed, or when the database is newer than this checkout
 */
export async function applyMigrations({ url, folder, backup }: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    const pending = await pendingMigrations(client, folder);
    if (pending.length === 0) return [];
    if (backup && (await holdsSomething(client))) await backup();
    return await apply(url, folder);
  } finally {
    await client.end(); // gives back the lock
  }
}

async function apply(url: string, folder: string): Promise<string[]> {
  const { engine, close } = await openSchemaEngine({ url });
  const lockFile = join(folder, 'migration_lock.toml');
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: {
          path: 'migration_lock.toml',
          content: existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : null,
        },
        shadowDbInitScript: '',
        migrationDirectories: migrationNames(folder).map((name) => ({
          path: name,
          migrationFile: {
            path: 'migration.sql',
            content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
          },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } catch (error) {
    throw new Problem(
      `A database migration failed, and the database stays as that migration left it: ${(error as Error).message.trim()}`,
      { cause: error },
    );
  } finally {
    await close();
  }
}

async function pendingMigrations(client: pg.Client, folder: string): Promise<string[]> {
  const names = migrationNames(folder);
  const known = new Set(names);
  const finished = new Set<string>();
  for (const { name, done } of await recordedMigrations(client)) {
    if (!done)
      throw new Problem(
        `Migration ${name} failed earlier and is half-applied: restore the newest file of the backups folder with pg_restore, then start again.`,
      );
    if (!known.has(name))
      throw new Problem(
        `The database has migration ${name}, which this checkout does not know: it was used by a newer Halyard. Update this checkout, or use another HALYARD_HOME or DATABASE_URL.`,
      );
    finished.add(name);
  }
  return names.filter((name) => !finished.has(name));
}

async function recordedMigrations(client: pg.Client): Promise<{ name: string; done: boolean }[]> {
  try {
    const { rows } = await client.query<{ name: string; done: boolean }>(
      `SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
    );
    return rows;
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return []; // undefined_table: nothing was ever applied
    throw error;
  }
}

function migrationNames(folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  return entries.filter((name) => existsSync(join(folder, name, 'migration.sql'))).sort();
}

async function holdsSomething(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ tables: string }>(
    `SELECT count(*) AS tables FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  );
  return Number(rows[0]?.tables) > 0;
}
