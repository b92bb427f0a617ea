import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../host/problem.mjs';

const run = promisify(execFile);

export interface BackupOptions {
  url: string;
  /** Where backups are kept. */
  folder: string;
  /** pg_dump: the embedded install's, or the one on the PATH for an external server. */
  pgDump: string;
  now: Date;
}

/**
 * Dumps the whole database into `folder` (pg_dump's custom format: `pg_restore --clean --if-exists -d URL FILE`).
 * The file gets its name only when it is whole.
 * @returns the file, or undefined when there is no such pg_dump
 * @throws Problem with pg_dump's reason
 */
export async function backupDatabase({
  url,
  folder,
  pgDump,
  now,
}: BackupOptions): Promise<string | undefined> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `halyard-${now.toISOString().replace(/[:.]/g, '-')}.dump`);
  const draft = `${file}.tmp`;
  try {
    // The URL, with its password, by the environment: arguments are visible to everyone on the machine.
    await run(pgDump, ['--format=custom', '--no-owner', `--file=${draft}`], { env: connection(url) });
    renameSync(draft, file);
    return file;
  } catch (error) {
    rmSync(draft, { force: true });
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') return undefined;
    const reason = stderr?.trim() ?? String(error);
    throw new Problem(
      /no space left on device/i.test(reason)
        ? `The disk is full: the backup before a database upgrade could not be written to ${folder}, and the upgrade was not begun. Free some space and start again.`
        : `The backup before a database upgrade failed and the upgrade was not begun: ${reason}`,
      { cause: error },
    );
  }
}

function connection(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const sslMode = searchParams.get('sslmode');
  return {
    ...process.env,
    PGHOST: decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    ...(sslMode ? { PGSSLMODE: sslMode } : {}),
  };
}
