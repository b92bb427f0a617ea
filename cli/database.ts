import { configureDatabase } from '@/lib/server/db/connection.ts';
import { type Database, ensureDatabase } from '@/lib/server/pg/database.ts';

let held: Database | undefined;

/** The database, started if it is down; held until the command ends. */
export async function takeDatabase(): Promise<void> {
  if (held) return;
  held = await ensureDatabase();
  configureDatabase(held.url);
}

/** An embedded server stops with its last holder, so a command leaves nothing running. */
export async function giveDatabaseBack(): Promise<void> {
  await held?.stop();
}
