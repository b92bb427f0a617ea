import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { Problem } from '../host/problem.mjs';
import { readText } from '../host/processes.mjs';
import { type Account, canReach, postgresAccount } from './account.ts';

/** Where one embedded Postgres keeps its things. */
export interface Cluster {
  base: string;
  account: Account;
  /** Holds data and, if need be, a copy of the binaries: `base`, unless the Postgres user cannot reach that. */
  home: string;
  data: string;
  log: string;
  state: string;
  lock: string;
  leases: string;
}

/** What is known of a server between starts; the file is readable by its owner only. */
export interface ClusterState {
  password: string;
  port: number;
  pid: number;
  /** Folder with bin/ and share/. */
  install: string;
  /** Whether that install brings pgvector. */
  vector: boolean;
}

export function openCluster(folder: string): Cluster {
  const base = resolve(folder);
  const account = postgresAccount();
  mkdirSync(join(base, 'leases'), { recursive: true });
  const home = canReach(account, base) ? base : remoteHome(base);
  return {
    base,
    account,
    home,
    data: join(home, 'data'),
    log: join(base, 'postgres.log'),
    state: join(base, 'state.json'),
    lock: join(base, 'lock'),
    leases: join(base, 'leases'),
  };
}

/** As root below a private folder (such as /root, 0700) we keep the data elsewhere rather than open the user's folders. */
function remoteHome(base: string): string {
  const key = createHash('sha256').update(realpathSync(base)).digest('hex').slice(0, 12);
  const home = join('/var/lib/halyard-pg', key);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  return home;
}

export function readState(stateFile: string): Partial<ClusterState> {
  const text = readText(stateFile);
  if (!text) return {};
  try {
    return JSON.parse(text) as Partial<ClusterState>;
  } catch (cause) {
    throw new Problem(
      `${stateFile} is not JSON. It holds the password of the data beside it: restore it from a backup, or move that folder aside and start empty.`,
      { cause },
    );
  }
}

/** Through a second file: a crash half-way must not lose the password. */
export function writeState(cluster: Cluster, state: Partial<ClusterState>): void {
  writeFileSync(`${cluster.state}.tmp`, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(`${cluster.state}.tmp`, cluster.state);
}

export function urlOf({ password, port }: Partial<ClusterState>, database: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
}

/** 'up' only if the server on the remembered port is the one of our data folder: another may have taken the port. */
export async function probe(
  cluster: Cluster,
  state: Partial<ClusterState>,
): Promise<'up' | 'starting' | 'down'> {
  if (!state.port || !state.password) return 'down';
  const client = new pg.Client({ connectionString: urlOf(state, 'postgres'), connectionTimeoutMillis: 3000 });
  client.on('error', () => undefined); // a connection lost while closing tells nothing new
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return resolve(rows[0]?.data_directory ?? '') === cluster.data ? 'up' : 'down';
  } catch (error) {
    // 57P03: cannot_connect_now, it is starting up or recovering.
    return (error as { code?: string }).code === '57P03' ? 'starting' : 'down';
  } finally {
    await client.end().catch(() => undefined);
  }
}
