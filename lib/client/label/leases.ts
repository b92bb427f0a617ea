import { MOST_HELD } from '@/lib/contract/label.ts';
import type { OutboxEntry } from '../outbox/entry.ts';
import type { KeptWindow } from '../reserve/database.ts';
import type { HeldItem } from './held-item.ts';

/**
 * The leases to name in a call, the most needed first, as many as one call takes: what this page shows; what is answered
 * but not yet recorded, which to the server is still in hand; and all else that this browser holds, so that no two of its
 * tabs are given the same window.
 */
export function leasesToName(
  inHand: readonly HeldItem[],
  waiting: readonly OutboxEntry[],
  kept: readonly KeptWindow[],
): string[] {
  const all = [
    ...inHand.map(({ item }) => item.leaseId),
    ...waiting.flatMap(({ leaseIds }) => leaseIds),
    ...kept.map(({ leaseId }) => leaseId),
  ];
  return [...new Set(all)].slice(0, MOST_HELD);
}
