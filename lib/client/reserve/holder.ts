import { v7 as uuidV7 } from 'uuid';
import type { ReserveDatabase } from './database.ts';

const LOCK = 'halyard-holder:';
const SAY_EVERY_MS = 10_000;
/** Timers of a tab in the background run once a minute. */
const SILENT_MS = 90_000;

/** An open page that holds windows. Those of one that has left, or died, are anyone's. */
export interface Holder {
  /** A new one each time that it arrives. */
  readonly id: string;
  arrive(): Promise<void>;
  leave(): Promise<void>;
  /** Ids of all that are there, of all tabs of this browser. */
  present(): Promise<ReadonlySet<string>>;
}

/**
 * Web Locks where the page is a secure context: a lock goes the moment its tab dies. Elsewhere a page says every ten
 * seconds that it is there.
 */
export function createHolder(
  open: () => Promise<ReserveDatabase>,
  locks: LockManager | undefined,
  page: EventTarget,
): Holder {
  return locks ? lockingHolder(locks) : sayingHolder(open, page);
}

function lockingHolder(locks: LockManager): Holder {
  let id = uuidV7();
  let release = () => {
    // Not there yet.
  };
  return {
    get id() {
      return id;
    },
    arrive() {
      id = uuidV7();
      return new Promise((there, failed) => {
        locks
          .request(`${LOCK}${id}`, () => {
            there();
            return new Promise<void>((left) => {
              release = left;
            });
          })
          .catch(failed);
      });
    },
    async leave() {
      release();
    },
    async present() {
      const { held = [] } = await locks.query();
      return new Set(held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
    },
  };
}

function sayingHolder(open: () => Promise<ReserveDatabase>, page: EventTarget): Holder {
  let id = uuidV7();
  let here = new AbortController();
  return {
    get id() {
      return id;
    },
    async arrive() {
      id = uuidV7();
      here = new AbortController();
      const db = await open();
      await say(db, id);
      const timer = setInterval(
        (said: string) => void say(db, said).catch((error: unknown) => console.error('reserve:', error)),
        SAY_EVERY_MS,
        id,
      );
      here.signal.addEventListener('abort', () => clearInterval(timer));
      page.addEventListener('pagehide', () => unsay(db, id), { signal: here.signal });
    },
    async leave() {
      here.abort();
      unsay(await open(), id);
    },
    async present() {
      const change = (await open()).transaction('holders', 'readwrite');
      const since = Date.now() - SILENT_MS;
      const present = new Set<string>();
      for await (const cursor of change.store) {
        if (cursor.value > since) present.add(cursor.key);
        else await cursor.delete();
      }
      await change.done;
      return present;
    },
  };
}

const say = (db: ReserveDatabase, id: string) => db.put('holders', Date.now(), id);

/** Committed at once: when a page goes away, nothing after this is sure to run. */
function unsay(db: ReserveDatabase, id: string): void {
  const change = db.transaction('holders', 'readwrite');
  change.store.delete(id).catch((error: unknown) => console.error('reserve:', error));
  change.commit();
}
