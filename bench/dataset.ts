import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from '@/lib/contract/zod.ts';
import { paths } from '@/lib/server/paths.ts';
import { ensurePostgresEnv } from '@/lib/server/pg/database.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '@/lib/server/pg/launcher.ts';
import { applyMigrations } from '@/lib/server/pg/migrate.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';

const LIMIT_S = 30;
const FEWEST_ROWS = 100_000;
const CHILD = fileURLToPath(new URL('./dataset/child.ts', import.meta.url));
const builtSchema = z.object({ rows: z.number(), seconds: z.number(), peakMiB: z.number() });
type Built = z.infer<typeof builtSchema>;

/** Runs a part of the benchmark in a process with its own storage folder; answers what it printed. */
async function child(home: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', CHILD, ...args], {
    env: { ...process.env, HALYARD_HOME: home },
  });
  return stdout;
}

async function measure(home: string, url: string, builds: number): Promise<Built[]> {
  console.log('  making and storing the windows');
  await child(home, 'store', url);
  const built: Built[] = [];
  for (let seed = 1; seed <= builds; seed++) {
    const one = builtSchema.parse(JSON.parse(await child(home, 'build', url, String(seed))));
    if (one.rows < FEWEST_ROWS) throw new Error(`built ${one.rows} rows; ${FEWEST_ROWS} are to be measured`);
    built.push(one);
  }
  return built;
}

const bench: Bench = {
  name: 'dataset',
  about:
    'a dataset of 100,000 stored windows: snapshots read, images composed, shards and labels written and hashed',
  async run({ quick }) {
    await ensurePostgresEnv(paths(), (message) => console.log(`  ${message}`));
    const home = await mkdtemp(join(tmpdir(), 'halyard-bench-dataset-'));
    const folder = join(home, 'pg');
    const server = await startEmbeddedPostgres({ folder, pythonEnv: paths().postgresEnv, database: 'bench' });
    try {
      await applyMigrations({ url: server.url, folder: paths().migrations });
      const built = await measure(home, server.url, quick ? 1 : 3);
      const median = [...built].sort((a, b) => a.seconds - b.seconds)[built.length >> 1];
      const common = {
        bench: 'dataset',
        n: built.length,
        size: `${median.rows} windows`,
        machine: machineName(),
      };
      const figures: Figure[] = [
        { ...common, figure: 'seconds', value: median.seconds, unit: 's', limit: LIMIT_S },
        { ...common, figure: 'windows_per_s', value: median.rows / median.seconds, unit: '1/s', limit: null },
        {
          ...common,
          figure: 'peak_memory',
          value: Math.max(...built.map((one) => one.peakMiB)),
          unit: 'MiB',
          limit: null,
        },
      ];
      return figures;
    } finally {
      await stopEmbeddedPostgres(folder);
      await rm(home, { recursive: true, force: true });
    }
  },
};
export default bench;
