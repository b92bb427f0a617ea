import { changeWindows, type ReserveDatabase, removeWindows } from './database.ts';

/** Notes who uses this browser now, and forgets the windows of everyone else: they are for one pair of eyes. */
export async function enterBrowser(
  db: ReserveDatabase,
  person: { readonly id: string; readonly name: string },
): Promise<void> {
  await db.put('people', { id: person.id, name: person.name });
  const authors = new Set((await db.getAllKeys('windows')).map(([author]) => author));
  for (const author of authors) if (author !== person.id) await forgetWindows(db, author);
}

/**
 * The leases of windows that this browser holds for a person and that they have not answered, in whatever queue. Those with
 * an answer on the way are still in hand: given to somebody else, one of the two answers would be surplus.
 */
export async function unansweredLeases(db: ReserveDatabase, author: string): Promise<string[]> {
  const windows = await db.getAllFromIndex('windows', 'author', author);
  return windows.filter(({ answer }) => answer === null).map(({ leaseId }) => leaseId);
}

/** Forgets all windows that this browser holds for a person. */
export async function forgetWindows(db: ReserveDatabase, author: string): Promise<void> {
  const change = changeWindows(db);
  await removeWindows(change, await change.objectStore('windows').index('author').getAll(author));
  await change.done;
  for (const owner of await db.getAll('offline'))
    if (owner.author === author) await db.delete('offline', [author, owner.queueId]);
}

/** What somebody who used this browser is called; null where it never knew them. */
export async function nameOf(db: ReserveDatabase, personId: string): Promise<string | null> {
  return (await db.get('people', personId))?.name ?? null;
}
