import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { NewEntry, OutboxEntry, Refusal } from './entry.ts';

interface Turn {
  readonly holder: string;
  /** Wall clock, ms. */
  readonly until: number;
}

interface OutboxSchema extends DBSchema {
  entries: { key: number; value: OutboxEntry; indexes: { author: string } };
  turns: { key: string; value: Turn };
}

/** The answers that this browser keeps, of all people who use it. Everything here outlives the tab. */
export interface OutboxStore {
  /** Resolves once the answer is on disk. */
  add(entry: NewEntry): Promise<OutboxEntry>;
  /** All entries of one person, in the order they were given. */
  of(author: string): Promise<OutboxEntry[]>;
  remove(...seqs: number[]): Promise<void>;
  /** Sets an entry aside; with it go waiting retractions of it, which have nothing left to take back. */
  refuse(entry: OutboxEntry, refusal: Refusal): Promise<void>;
  /** Takes or keeps the right to send until `until`; false while another holder's turn lasts. */
  takeTurn(name: string, holder: string, now: number, until: number): Promise<boolean>;
  endTurn(name: string, holder: string): Promise<void>;
  close(): void;
}

/** Opens (and makes, the first time) the outbox of this origin. */
export async function openOutboxStore(name = 'halyard-outbox'): Promise<OutboxStore> {
  const db = await openDB<OutboxSchema>(name, 1, {
    upgrade(upgrading) {
      const entries = upgrading.createObjectStore('entries', { keyPath: 'seq', autoIncrement: true });
      entries.createIndex('author', 'author');
      upgrading.createObjectStore('turns');
    },
    blocking(_current, _blocked, event) {
      // A newer version of the app wants to upgrade: keeping the old connection would hang it.
      (event.target as IDBDatabase).close();
    },
  });
  return storeOn(db);
}

function storeOn(db: IDBPDatabase<OutboxSchema>): OutboxStore {
  return {
    async add(entry) {
      const value = { ...entry, refusal: null } as OutboxEntry;
      // Relaxed: safe from a crash of tab or browser, without waiting for the disk's own cache at every key.
      const transaction = db.transaction('entries', 'readwrite', { durability: 'relaxed' });
      const [seq] = await Promise.all([transaction.store.add(value), transaction.done]);
      return { ...value, seq };
    },
    of: (author) => db.getAllFromIndex('entries', 'author', author),
    async remove(...seqs) {
      const transaction = db.transaction('entries', 'readwrite');
      await Promise.all([...seqs.map((seq) => transaction.store.delete(seq)), transaction.done]);
    },
    async refuse(entry, refusal) {
      const transaction = db.transaction('entries', 'readwrite');
      const sameAuthor = await transaction.store.index('author').getAll(entry.author);
      const undone = sameAuthor.filter(
        ({ input }) => input.kind === 'retraction' && input.retractsId === entry.input.id,
      );
      // Taken back and never recorded: as if it had not been given.
      for (const { seq } of undone) await transaction.store.delete(seq);
      if (undone.length > 0) await transaction.store.delete(entry.seq);
      else await transaction.store.put({ ...entry, refusal });
      await transaction.done;
    },
    async takeTurn(name, holder, now, until) {
      const transaction = db.transaction('turns', 'readwrite');
      const held = await transaction.store.get(name);
      const free = held === undefined || held.holder === holder || held.until <= now;
      if (free) await transaction.store.put({ holder, until }, name);
      await transaction.done;
      return free;
    },
    async endTurn(name, holder) {
      const transaction = db.transaction('turns', 'readwrite');
      if ((await transaction.store.get(name))?.holder === holder) await transaction.store.delete(name);
      await transaction.done;
    },
    close: () => db.close(),
  };
}
