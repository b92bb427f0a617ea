import { setTimeout as wait } from 'node:timers/promises';
import { logger } from '../log.ts';

/** A database that is being started again is back within these. */
const AGAIN_AFTER_MS = [200, 1000, 4000];

/**
 * Stores what took long to come by; where that fails it is tried again for some seconds, because the database may be away
 * for a moment.
 * @param what in words, for the log
 * @param store may be done twice
 */
export async function storeAgain(what: string, store: () => Promise<void>): Promise<void> {
  for (const ms of AGAIN_AFTER_MS) {
    try {
      await store();
      return;
    } catch (error) {
      logger.warn({ err: error, again: ms }, `${what} was not stored; trying again`);
      await wait(ms);
    }
  }
  await store();
}
