import { ApiError, OfflineError } from '../api.ts';
import type { Delivered, NewEntry, OutboxEntry } from './entry.ts';
import { createFaults } from './faults.ts';
import type { OutboxStore } from './store.ts';
import type { OneTab } from './turn.ts';

export type Connection = 'online' | 'offline' | 'signed-out';

/** What the rest of the page may know of the outbox. */
export interface OutboxSnapshot {
  /** Not yet with the server, in order. */
  readonly waiting: readonly OutboxEntry[];
  /** Refused by the server and kept for the person to see. */
  readonly refused: readonly OutboxEntry[];
  readonly connection: Connection;
}

export interface OutboxParts {
  readonly author: string;
  readonly store: OutboxStore;
  readonly oneTab: OneTab;
  /** Sends one entry. @throws ApiError, OfflineError */
  readonly deliver: (entry: OutboxEntry) => Promise<Delivered>;
  /** Whether the session is still the author's: someone else may have signed in from another tab. @throws OfflineError */
  readonly isAuthorSignedIn: () => Promise<boolean>;
  readonly onChange: (snapshot: OutboxSnapshot) => void;
  readonly onDelivered: (delivered: Delivered) => void;
  /** Calls `work` after `ms`; returns how to call it off. */
  readonly later: (work: () => void, ms: number) => () => void;
  readonly random: () => number;
}

export interface Outbox {
  /** Resolves once the entry is safe in this browser; sending goes on behind it. */
  put(entry: NewEntry): Promise<OutboxEntry>;
  /** Forgets a refused entry. */
  discard(entry: OutboxEntry): Promise<void>;
  /** Resolves once `onChange` has been told what is kept from before. */
  look(): Promise<void>;
  /** Looks again at what is kept (another tab may have added or sent) and tries to send now. */
  wake(): Promise<void>;
  /** Resolves once nothing of it runs any more. */
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/**
 * Sends one person's kept entries in the order they were given. The server takes an id once, so a repeat of an entry
 * whose receipt was lost is harmless; a final refusal sets that one aside and the next goes out, as does a server that
 * fails on one and takes the others.
 */
export function createOutbox(parts: OutboxParts): Outbox {
  const { author, store, oneTab, deliver, isAuthorSignedIn, onChange, onDelivered, later, random } = parts;
  const faults = createFaults();
  let connection: Connection = 'online';
  let failures = 0;
  let stopped = false;
  let running: Promise<void> | null = null;
  let again = false;
  let callOff = () => {
    // Nothing is planned yet.
  };

  /** The entry is safe already; what fails here is only its sending, and the next wake tries again. */
  function inBackground(work: () => Promise<unknown>): void {
    work().catch((error: unknown) => console.error('outbox:', error));
  }

  let told: OutboxSnapshot = { waiting: [], refused: [], connection };
  function tell(snapshot: OutboxSnapshot): void {
    told = snapshot;
    if (!stopped) onChange(snapshot);
  }

  async function report(): Promise<readonly OutboxEntry[]> {
    const entries = await store.of(author);
    const waiting = entries.filter((entry) => entry.refusal === null);
    // Another tab may have sent what this one could not: nothing stands in the way of nothing.
    if (waiting.length === 0) connection = 'online';
    tell({
      waiting,
      refused: entries.filter((entry) => entry.refusal !== null),
      connection,
    });
    return told.waiting;
  }

  function planRetry(): void {
    const ms = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.75 + 0.5 * random());
    failures++;
    callOff();
    callOff = later(() => inBackground(wake), ms);
  }

  /** @returns whether the next may be sent at once */
  async function sendOne(entry: OutboxEntry): Promise<boolean> {
    try {
      if (!(await isAuthorSignedIn())) {
        connection = 'signed-out';
        planRetry();
        return false;
      }
    } catch (error) {
      return holdBack(error);
    }
    try {
      const delivered = await deliver(entry);
      await store.remove(entry.seq);
      faults.answered(entry, true);
      onDelivered(delivered);
    } catch (error) {
      if (error instanceof ApiError && isFinal(error)) {
        faults.answered(entry, false);
        await store.refuse(entry, { status: error.status, message: error.message });
      } else {
        const times = error instanceof ApiError && error.status === 500 ? faults.failed(entry) : 0;
        if (times === 0) return holdBack(error);
        const message = `The server failed on this ${times} times and took others: ${messageOf(error)}`;
        await store.refuse(entry, { status: 500, message });
      }
    }
    connection = 'online';
    failures = 0;
    return true;
  }

  function holdBack(error: unknown): false {
    if (error instanceof ApiError && error.status === 401) connection = 'signed-out';
    else if (error instanceof OfflineError) connection = 'offline';
    planRetry();
    return false;
  }

  async function drain(): Promise<void> {
    await oneTab(async (stillMine) => {
      for (let waiting = await report(); waiting.length > 0 && !stopped; waiting = await report()) {
        const next = faults.next(waiting);
        if (!next || !(await stillMine()) || !(await sendOne(next))) break;
      }
    });
    const left = await report();
    // Another tab is sending: look again in a while, in case that tab dies.
    if (left.length > 0 && failures === 0 && !stopped) {
      callOff();
      callOff = later(() => inBackground(wake), FIRST_RETRY_MS * 4);
    }
  }

  /** Resolves when nothing more can be sent for now, including what is put meanwhile. */
  function wake(): Promise<void> {
    if (stopped) return Promise.resolve();
    again = true;
    running ??= drainWhileAsked().finally(() => {
      running = null;
    });
    return running;
  }

  async function drainWhileAsked(): Promise<void> {
    while (again && !stopped) {
      again = false;
      callOff();
      await drain();
      // After a failure the planned retry takes over.
      if (failures > 0) break;
    }
  }

  return {
    async put(entry) {
      const kept = await store.add(entry);
      // At once: whoever claims windows next must know that this one is answered.
      tell({ ...told, waiting: [...told.waiting, kept] });
      // While the server is away the planned retry sends it; a key press must not hammer a dead server.
      inBackground(failures === 0 ? wake : report);
      return kept;
    },
    async look() {
      await report();
    },
    async discard(entry) {
      await store.remove(entry.seq);
      await report();
    },
    wake() {
      failures = 0;
      return wake();
    },
    async stop() {
      stopped = true;
      callOff();
      await running;
    },
  };
}

/**
 * Every refusal but these will be the same however often it is tried. One that is not in the server's own form is none of
 * its own: a proxy, or the sign-in page of a network on the way, stands between.
 */
function isFinal({ status, code }: ApiError): boolean {
  return code !== 'internal' && status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
