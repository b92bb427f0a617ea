import { api } from '@/lib/contract/api.ts';
import { MOST_HELD } from '@/lib/contract/label.ts';
import { ApiError, call } from './api.ts';
import { forgetPageOfOthers } from './kept-page.ts';
import { reserveDatabase } from './reserve/database.ts';
import { forgetWindows, unansweredLeases } from './reserve/people.ts';
import { signOut } from './session.ts';

/**
 * Signs a person out: the windows that this browser held for them are forgotten here, and those without an answer go back
 * to their queues. Answers that wait stay, under their name.
 * @throws OfflineError where the server cannot be reached: the person is still signed in then, and nothing is forgotten
 */
export async function leaveBrowser(personId: string): Promise<void> {
  const db = await reserveDatabase();
  const leases = await unansweredLeases(db, personId);
  for (let from = 0; from < leases.length; from += MOST_HELD)
    await giveBack(leases.slice(from, from + MOST_HELD));
  await signOut();
  await Promise.all([forgetWindows(db, personId), forgetPageOfOthers(null)]);
}

async function giveBack(leaseIds: readonly string[]): Promise<void> {
  try {
    await call(api.releaseLeases, { body: { leaseIds: [...leaseIds] } });
  } catch (error) {
    // The session may be over already; the leases then run out by themselves.
    if (!(error instanceof ApiError)) throw error;
  }
}
