import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Hold, LabelItem } from '@/lib/contract/label.ts';

/** Whose windows, of which queue. */
export interface Owner {
  readonly author: string;
  readonly queueId: number;
}

/** A leased window as this browser keeps it, apart from its bars. */
export interface KeptWindow extends Owner {
  readonly windowId: string;
  readonly leaseId: string;
  readonly hold: Hold;
  /** When the lease ends unless it is renewed, ms UTC by the server's clock. */
  readonly leasedUntil: number;
  /** The order to work through them. */
  readonly place: number;
  /** The open page that shows it or is about to; null in reserve. */
  readonly holder: string | null;
  /** The answer that was given to it and that the server does not have yet: kept so that undo works until then. */
  readonly answer: string | null;
}

interface ReserveSchema extends DBSchema {
  windows: {
    key: [author: string, windowId: string];
    value: KeptWindow;
    indexes: { order: [author: string, queueId: number, place: number]; author: string };
  };
  /** Apart, so that reading which windows there are does not read all their bars. */
  items: {
    key: [author: string, windowId: string];
    value: { readonly author: string; readonly windowId: string; readonly item: LabelItem };
  };
  /** When each open page last said that it is there, ms by this browser's clock; used where no locks tell. */
  holders: { key: string; value: number };
  /** Queues that a person works on offline. */
  offline: { key: [author: string, queueId: number]; value: Owner };
  /** Who has used this browser. */
  people: { key: string; value: { readonly id: string; readonly name: string } };
}

export type ReserveDatabase = IDBPDatabase<ReserveSchema>;

/** Opens (and makes, the first time) what this origin keeps of windows. */
export function openReserveDatabase(name = 'halyard-reserve'): Promise<ReserveDatabase> {
  return openDB<ReserveSchema>(name, 1, {
    upgrade(upgrading) {
      const windows = upgrading.createObjectStore('windows', { keyPath: ['author', 'windowId'] });
      windows.createIndex('order', ['author', 'queueId', 'place']);
      windows.createIndex('author', 'author');
      upgrading.createObjectStore('items', { keyPath: ['author', 'windowId'] });
      upgrading.createObjectStore('holders');
      upgrading.createObjectStore('offline', { keyPath: ['author', 'queueId'] });
      upgrading.createObjectStore('people', { keyPath: 'id' });
    },
    blocking(_current, _blocked, event) {
      // A newer version of the app wants to upgrade: keeping the old connection would hang it.
      (event.target as IDBDatabase).close();
    },
  });
}

let shared: Promise<ReserveDatabase> | null = null;

/** The one connection of this page; asked for again where it could not be opened. */
export function reserveDatabase(): Promise<ReserveDatabase> {
  shared ??= openReserveDatabase().catch((error: unknown) => {
    shared = null;
    throw error;
  });
  return shared;
}

/** Relaxed: a window lost in a power cut is leased again, and nobody should wait for the disk at every key. */
export function changeWindows(db: ReserveDatabase) {
  return db.transaction(['windows', 'items'], 'readwrite', { durability: 'relaxed' });
}
export type WindowChange = ReturnType<typeof changeWindows>;

export async function removeWindows(
  change: WindowChange,
  windows: readonly Pick<KeptWindow, 'author' | 'windowId'>[],
): Promise<void> {
  for (const { author, windowId } of windows) {
    await change.objectStore('windows').delete([author, windowId]);
    await change.objectStore('items').delete([author, windowId]);
  }
}
