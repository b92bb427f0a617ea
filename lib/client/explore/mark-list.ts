import type { Mark } from './mark.ts';

/** How a list tells what becomes of what it asks for. */
export interface MarkListening {
  readonly onChange: () => void;
  /** Called when something could not be fetched. Nothing is asked for during the rest that follows. */
  readonly onTrouble: (error: unknown) => void;
  /** Called when what could not be fetched may be asked for again. */
  readonly onRested: () => void;
  readonly later: (work: () => void, ms: number) => void;
}

interface MarkListParts<M extends Mark> extends MarkListening {
  /** Marks from `from` to `to`, both included, oldest first; `next` is where to go on, null at the end. */
  readonly fetch: (
    from: number,
    to: number,
    signal: AbortSignal,
  ) => Promise<{ marks: M[]; next: number | null }>;
}

/** A source's marks of one series, as far into its history as they have been asked for. */
export interface MarkList<M extends Mark> {
  /** Oldest first. */
  readonly marks: readonly M[];
  /** Whether all that was asked for is there. */
  readonly isComplete: boolean;
  /** Fetches what is missing up to `until`, and nothing after it. */
  reach(until: number): void;
  /** Fetches all of it anew; what is known stays until the first of it has come. */
  renew(): void;
  stop(): void;
}

/** After trouble, so that a pan does not hammer a server that is away. */
const REST_MS = 2000;

/** @param from the series' first bar, ms UTC */
export function createMarkList<M extends Mark>(from: number, parts: MarkListParts<M>): MarkList<M> {
  let marks: readonly M[] = [];
  let known = from - 1;
  let wanted = from - 1;
  let running: AbortController | null = null;
  let anew = false;
  let resting = false;

  async function work(controller: AbortController): Promise<void> {
    while (known < wanted) {
      const to = wanted;
      const page = await parts.fetch(known + 1, to, controller.signal);
      if (running !== controller) return;
      marks = anew ? page.marks : [...marks, ...page.marks];
      anew = false;
      known = page.next === null ? to : page.next - 1;
      parts.onChange();
    }
  }

  function start(): void {
    if (running !== null || resting || known >= wanted) return;
    const controller = new AbortController();
    running = controller;
    work(controller)
      .catch((error: unknown) => {
        if (running !== controller) return;
        parts.onTrouble(error);
        resting = true;
        parts.later(() => {
          resting = false;
          parts.onRested();
        }, REST_MS);
      })
      .finally(() => {
        if (running === controller) running = null;
      });
  }

  function stop(): void {
    running?.abort();
    running = null;
  }

  return {
    get marks() {
      return marks;
    },
    get isComplete() {
      return known >= wanted && !anew;
    },
    reach(until) {
      wanted = Math.max(wanted, until);
      start();
    },
    renew() {
      stop();
      anew = true;
      known = from - 1;
      start();
    },
    stop,
  };
}
