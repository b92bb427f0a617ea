import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { env } from '../env.ts';
import { Problem } from '../host/problem.mjs';
import { PrismaClient } from './generated/client.ts';

export type { Prisma } from './generated/client.ts';
export type Db = PrismaClient;
/** What a repository function needs: the client, or a transaction of it. */
export type DbOrTx = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$use' | '$extends'
>;

interface Connection {
  url: string;
  pool: pg.Pool;
  db: PrismaClient;
}

// Next's development server evaluates modules again at each change; the pool must not be made again with them.
const holder = globalThis as typeof globalThis & {
  halyardConnection?: Connection;
  halyardDatabaseUrl?: string;
};

/** Names the database before first use, where it is not in the environment (the command line, tests). */
export function configureDatabase(url: string): void {
  if (holder.halyardConnection && holder.halyardConnection.url !== url) {
    throw new Problem('The database was already connected under another address.');
  }
  holder.halyardDatabaseUrl = url;
}

/** @throws Problem where no database was named */
export function databaseUrl(): string {
  const url = holder.halyardDatabaseUrl ?? env().DATABASE_URL;
  if (!url) throw new Problem('No database is named. Start with `npm start`, or set DATABASE_URL.');
  return url;
}

function connection(): Connection {
  if (!holder.halyardConnection) {
    const url = databaseUrl();
    // Columns have no time zone and hold UTC: `now()` must say UTC wherever the server stands.
    const options = '-c timezone=UTC';
    const pool = new pg.Pool({ connectionString: url, options, max: 12, idleTimeoutMillis: 30_000 });
    // An idle client that loses its server would otherwise end the process; the next query reports it to its caller.
    pool.on('error', () => undefined);
    holder.halyardConnection = { url, pool, db: new PrismaClient({ adapter: new PrismaPg(pool) }) };
  }
  return holder.halyardConnection;
}

/** The Prisma client of this process. Only `repo/` and `auth/` use it. */
export function getDb(): Db {
  return connection().db;
}

/** The pool below it, for COPY and for the few statements that must be one round trip. */
export function getPool(): pg.Pool {
  return connection().pool;
}

/** Closes all connections, so that a process can end. */
export async function closeDatabase(): Promise<void> {
  const open = holder.halyardConnection;
  holder.halyardConnection = undefined;
  if (!open) return;
  await open.db.$disconnect();
  if (!open.pool.ended) await open.pool.end();
}
