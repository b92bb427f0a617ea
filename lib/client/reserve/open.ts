import { type Owner, reserveDatabase } from './database.ts';
import { createHolder } from './holder.ts';
import { createReserve, type Reserve } from './reserve.ts';

/** The reserve of this browser, as one page of it sees it. */
export function openReserve(owner: Owner): Reserve {
  const locks = globalThis.isSecureContext ? navigator.locks : undefined;
  return createReserve(reserveDatabase, owner, createHolder(reserveDatabase, locks, globalThis));
}

const CHANNEL = 'halyard-reserve';

/** Has the other tabs of this browser look at the reserve anew. */
export function tellReserveTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('changed');
  channel.close();
}

/** Calls `listener` when another tab has changed something; returns how to stop. */
export function onReserveChange(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
