import { spawnSync } from 'node:child_process';
import { Problem } from '../host/problem.mjs';
import { readText } from '../host/processes.mjs';

/** The user that Postgres runs as; empty: the one we are. Spread it into spawn options. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** Postgres refuses to run as root, so under root it gets a system user of its own, else `nobody`. */
export function postgresAccount(name = 'halyard-pg'): Account {
  if (process.platform === 'win32' || process.geteuid?.() !== 0) return {};
  if (!lookUp(name)) {
    const flags = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
    spawnSync('useradd', [...flags, '--shell', '/usr/sbin/nologin', name]);
  }
  const account = lookUp(name) ?? lookUp('nobody');
  if (account) return account;
  throw new Problem(
    'Postgres does not run as root and no other user could be made: start as an ordinary user, or set DATABASE_URL.',
  );
}

/** Whether that user can reach and read a path, asked of the system itself: modes, groups and ACLs all count. */
export function canReach(account: Account, path: string): boolean {
  if (account.uid === undefined) return true;
  const asked = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
    ...account,
    cwd: '/',
  });
  return asked.status === 0;
}

function lookUp(name: string): Account | undefined {
  const entries = readText('/etc/passwd').split('\n');
  const fields = entries.map((line) => line.split(':')).find((entry) => entry[0] === name);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}
