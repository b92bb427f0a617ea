import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATOR } from '../../auth/actor.ts';
import { closeDatabase, configureDatabase } from '../../db/connection.ts';
import type { JobContext } from '../../jobs/job.ts';
import { pythonOf } from '../../python-env.ts';
import { testDatabase } from '../../testing/database.ts';

/** A database and a storage folder of this test's own. */
export async function openTestSetting(): Promise<{ home: string; close: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'halyard-home-'));
  process.env.HALYARD_HOME = home;
  const database = await testDatabase();
  configureDatabase(database.url);
  return {
    home,
    async close() {
      await closeDatabase();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A job's context for a handler that the test calls itself, with what it said. */
export function jobContext<Payload>(payload: Payload, signal = new AbortController().signal) {
  const log: string[] = [];
  const fractions: number[] = [];
  const context: JobContext<Payload> = {
    jobId: '01900000-0000-7000-8000-000000000001',
    payload,
    actor: OPERATOR,
    signal,
    progress: (fraction) => {
      if (fraction !== null) fractions.push(fraction);
    },
    log: (line) => {
      log.push(line);
    },
  };
  return { context, log, fractions };
}

/** The Python that has PyTorch, where this machine has one: the checkout's own, or that of HALYARD_TRAIN_PYTHON. */
export function findTrainerPython(): string | null {
  const own = pythonOf(join(process.cwd(), '.halyard', 'venv-train'));
  return process.env.HALYARD_TRAIN_PYTHON ?? (existsSync(own) ? own : null);
}
