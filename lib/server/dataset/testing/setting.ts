import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeDatabase, configureDatabase } from '../../db/connection.ts';
import { pythonOf } from '../../python-env.ts';
import { testDatabase } from '../../testing/database.ts';

/** A database and a storage folder of this test's own. */
export async function openTestSetting(): Promise<{
  home: string;
  url: string;
  close: () => Promise<void>;
}> {
  const home = await mkdtemp(join(tmpdir(), 'halyard-home-'));
  process.env.HALYARD_HOME = home;
  const database = await testDatabase();
  configureDatabase(database.url);
  return {
    home,
    url: database.url,
    async close() {
      await closeDatabase();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The Python that has PyTorch, where this machine has one: the checkout's own, or that of HALYARD_TRAIN_PYTHON. */
export function findTrainerPython(): string | null {
  const own = pythonOf(join(process.cwd(), '.halyard', 'venv-train'));
  return process.env.HALYARD_TRAIN_PYTHON ?? (existsSync(own) ? own : null);
}
