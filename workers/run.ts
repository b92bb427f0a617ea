import type { JobKind } from '@/lib/contract/jobs.ts';
import { sweepUploads } from '@/lib/server/bars/upload.ts';
import { closeDatabase } from '@/lib/server/db/connection.ts';
import { logger } from '@/lib/server/log.ts';
import { sweepBars, sweepSnapshots } from '@/lib/server/service/series.ts';
import { storage } from '@/lib/server/storage.ts';
import { trainingSlots } from '@/lib/server/training/slot.ts';
import { handlers } from './handlers/index.ts';
import { Worker } from './worker.ts';

const DAY_MS = 86_400_000;
const PARENT_CHECK_MS = 2000;
const LEAVE_WITHIN_MS = 8000;
const SWEEP_EVERY_MS = 3_600_000;

/** The job worker: takes jobs until it is told to stop, or until whoever started it is gone. */
async function main(): Promise<void> {
  const train = (await trainingSlots()).length;
  const concurrency = {
    import: 2,
    scan: 2,
    dataset: 1,
    train,
    predict: 1,
    order: 1,
    gate: 1,
    check: 1,
    round: 1,
  } satisfies Record<JobKind, number>;
  const worker = new Worker(handlers, concurrency);
  const parent = process.ppid;
  let leaving = false;
  const leave = (why: string) => {
    if (leaving) return;
    leaving = true;
    logger.info({ why }, 'worker stops');
    setTimeout(() => process.exit(1), LEAVE_WITHIN_MS).unref();
    worker
      .stop()
      .then(closeDatabase)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'worker did not stop cleanly');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => leave('SIGTERM'));
  process.on('SIGINT', () => leave('SIGINT'));
  setInterval(() => {
    if (process.ppid !== parent) leave('its parent is gone');
  }, PARENT_CHECK_MS).unref();

  await sweep();
  setInterval(() => void sweep(), SWEEP_EVERY_MS).unref();
  await worker.start();
  logger.info('worker ready');
}

/** Removes what stopped programs, finished imports and deleted series left; where that fails, jobs go on and the next sweep tries again. */
async function sweep(): Promise<void> {
  try {
    await storage.sweepScratch(DAY_MS);
    await sweepUploads(DAY_MS);
    await sweepBars(DAY_MS);
    await sweepSnapshots();
  } catch (error) {
    logger.warn({ err: error }, 'what is no longer used was not all removed');
  }
}

main().catch((error: unknown) => {
  logger.fatal({ err: error }, 'worker cannot start');
  process.exit(1);
});
