import type { OutboxStore } from './store.ts';

const TURN = 'send';
/** Longer than one request may take to fail, short enough that a crashed tab does not hold others up for long. */
const TURN_MS = 20_000;

/** Runs `work` in this tab only if no other tab of the same browser is at it; otherwise resolves without running it. */
export type OneTab = (work: (stillMine: () => Promise<boolean>) => Promise<void>) => Promise<void>;

/**
 * Web Locks where the page is a secure context, which also frees the lock the moment a tab dies; elsewhere a turn with
 * an end, kept in the outbox's own database, whose transactions are one after the other across tabs.
 */
export function oneTabAtATime(
  store: OutboxStore,
  holder: string,
  locks: LockManager | undefined,
  now: () => number,
): OneTab {
  if (locks) {
    return async (work) => {
      await locks.request('halyard-outbox', { ifAvailable: true }, async (lock) => {
        if (lock) await work(async () => true);
      });
    };
  }
  const take = () => store.takeTurn(TURN, holder, now(), now() + TURN_MS);
  return async (work) => {
    if (!(await take())) return;
    try {
      await work(take);
    } finally {
      await store.endTurn(TURN, holder);
    }
  };
}
