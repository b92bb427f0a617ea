import { reserveDatabase } from '../reserve/database.ts';
import { nameOf } from '../reserve/people.ts';
import { openOutboxStore } from './store.ts';

/** Answers of somebody who is not signed in now, kept in this browser until they are. */
export interface OthersWaiting {
  readonly author: string;
  /** Null where this browser did not note it. */
  readonly name: string | null;
  readonly count: number;
}

/** Whose answers wait in this browser, but for those of `me`. */
export async function waitingOfOthers(me: string | null): Promise<OthersWaiting[]> {
  const store = await openOutboxStore();
  const counts = await store.waitingByAuthor().finally(() => store.close());
  const db = await reserveDatabase();
  const others = [...counts].filter(([author]) => author !== me);
  return Promise.all(
    others.map(async ([author, count]) => ({ author, count, name: await nameOf(db, author) })),
  );
}
