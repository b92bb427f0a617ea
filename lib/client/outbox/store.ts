import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { AnnotationInput } from '@/lib/contract/label.ts';
import { countAnswers, type NewEntry, type OutboxEntry, type Refusal, takesBackWhole } from './entry.ts';

interface Turn {
  readonly holder: string;
  /** Wall clock, ms. */
  readonly until: number;
}

interface OutboxSchema extends DBSchema {
  entries: { key: number; value: OutboxEntry; indexes: { author: string } };
  turns: { key: string; value: Turn };
}

/** The entries that this browser keeps, of all people who use it. Everything here outlives the tab. */
export interface OutboxStore {
  /** Resolves once the entry is on disk. */
  add(entry: NewEntry): Promise<OutboxEntry>;
  /** All entries of one person, in the order they were given. */
  of(author: string): Promise<OutboxEntry[]>;
  /** How many answers wait of each person who has any. */
  waitingByAuthor(): Promise<ReadonlyMap<string, number>>;
  remove(...seqs: number[]): Promise<void>;
  /** Sets an entry aside; where a waiting one takes all of it back, both go: there is nothing left to take back. */
  refuse(entry: OutboxEntry, refusal: Refusal): Promise<void>;
  /** Takes or keeps the right to send until `until`; false while another holder's turn lasts. */
  takeTurn(name: string, holder: string, now: number, until: number): Promise<boolean>;
  endTurn(name: string, holder: string): Promise<void>;
  close(): void;
}

/** Version 1 kept answers only; since version 2 an entry may also be a page or its retraction. */
const VERSION = 2;

/** An entry of version 1. */
interface AnswerOfVersion1 {
  readonly seq: number;
  readonly author: string;
  readonly queueId: number | null;
  readonly leaseId: string | null;
  readonly input: AnnotationInput;
  readonly refusal: Refusal | null;
}

/** Opens (and makes, the first time) the outbox of this origin. What an older version of the app kept still goes out. */
export async function openOutboxStore(name = 'halyard-outbox'): Promise<OutboxStore> {
  const db = await openDB<OutboxSchema>(name, VERSION, {
    async upgrade(upgrading, from, _to, transaction) {
      if (from === 1) return fromVersion1(transaction);
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

async function fromVersion1(
  transaction: IDBPTransaction<OutboxSchema, ('entries' | 'turns')[], 'versionchange'>,
): Promise<void> {
  const entries = transaction.objectStore('entries');
  const kept: unknown[] = await entries.getAll();
  for (const { leaseId, ...answer } of kept as AnswerOfVersion1[]) {
    await entries.put({ ...answer, kind: 'annotation', leaseIds: leaseId === null ? [] : [leaseId] });
  }
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
    async waitingByAuthor() {
      const waiting = (await db.getAll('entries')).filter(({ refusal }) => refusal === null);
      const authors = new Set(waiting.map(({ author }) => author));
      return new Map(
        [...authors].map((author) => [
          author,
          countAnswers(waiting.filter((entry) => entry.author === author)),
        ]),
      );
    },
    async remove(...seqs) {
      const transaction = db.transaction('entries', 'readwrite');
      await Promise.all([...seqs.map((seq) => transaction.store.delete(seq)), transaction.done]);
    },
    async refuse(entry, refusal) {
      const transaction = db.transaction('entries', 'readwrite');
      const sameAuthor = await transaction.store.index('author').getAll(entry.author);
      const undone = sameAuthor.filter((other) => takesBackWhole(other, entry));
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
