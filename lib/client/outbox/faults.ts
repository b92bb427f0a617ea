import { type OutboxEntry, windowsOf } from './entry.ts';

/** About two minutes of tries, by the outbox's pauses. */
const MOST_FAULTS = 8;

interface Faults {
  readonly count: number;
  /** Another entry was taken while this one waited: what fails is this one, not the server. */
  readonly passed: boolean;
}

/**
 * Which entry to send next where the server fails (500) on one again and again. After eight faults one of other windows
 * goes first; where the server takes that, the failing one is tried a last time and then set aside. While the
 * server fails on all of them, none is.
 */
export function createFaults() {
  const faults = new Map<number, Faults>();
  const isStuck = ({ seq }: OutboxEntry) => {
    const known = faults.get(seq);
    return known !== undefined && known.count >= MOST_FAULTS && !known.passed;
  };
  return {
    next(waiting: readonly OutboxEntry[]): OutboxEntry | undefined {
      // A retraction or a second answer has no sense before the first one of its window.
      const behind = new Set(waiting.filter(isStuck).flatMap(windowsOf));
      return waiting.find((entry) => !windowsOf(entry).some((id) => behind.has(id))) ?? waiting[0];
    },
    /** @returns how often the server failed on it, where that was the last time; otherwise 0 */
    failed({ seq }: OutboxEntry): number {
      const { count, passed } = faults.get(seq) ?? { count: 0, passed: false };
      if (passed) {
        faults.delete(seq);
        return count + 1;
      }
      faults.set(seq, { count: count + 1, passed });
      return 0;
    },
    /** The server answered to this one; it takes entries at all where it `took` it. */
    answered({ seq }: OutboxEntry, took: boolean): void {
      faults.delete(seq);
      if (!took) return;
      for (const [other, { count }] of faults) {
        if (count >= MOST_FAULTS) faults.set(other, { count, passed: true });
      }
    },
  };
}
