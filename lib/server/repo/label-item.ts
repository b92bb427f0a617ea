import type { QueuePurpose } from '@/lib/contract/queue.ts';
import type { Vote } from '@/lib/core/rule/vote.ts';
import { getPool } from '../db/connection.ts';

/** A leased item with everything the label page shows of its window: two rows and no file. */
export interface LabelItemRow {
  readonly itemId: string;
  readonly leaseId: string;
  readonly leaseExpiresAt: Date;
  readonly windowId: string;
  readonly series: {
    readonly id: number;
    readonly venue: string;
    readonly symbol: string;
    readonly timeframe: string;
  };
  readonly ts: number;
  readonly suggestedClass: string;
  readonly blind: boolean;
  readonly purpose: QueuePurpose;
  /** Null where the queue's rule set never saw the window. */
  readonly weak: {
    readonly kind: 'event' | 'near_miss' | 'sampled_none' | 'undecided';
    readonly direction: number;
    readonly poleKatr: number | null;
    readonly votes: readonly Vote[];
  } | null;
  /** As stored: compressed. */
  readonly snapshot: Uint8Array;
}

type Row = [
  itemId: string,
  leaseId: string,
  leaseExpiresAt: number,
  windowId: string,
  seriesId: number,
  venue: string,
  symbol: string,
  timeframe: string,
  ts: number,
  suggestedClass: string,
  blind: boolean,
  purpose: QueuePurpose,
  kind: NonNullable<LabelItemRow['weak']>['kind'] | null,
  direction: number | null,
  poleKatr: number | null,
  votes: readonly Vote[] | null,
  snapshot: Uint8Array,
];

/** The items of these leases, in the order of the leases; a lease that ended meanwhile is left out. */
export async function readLabelItems(leaseIds: readonly string[]): Promise<LabelItemRow[]> {
  if (leaseIds.length === 0) return [];
  const { rows } = await getPool().query<Row>({
    name: 'label-items',
    text: `SELECT "itemId", "leaseId", (extract(epoch FROM "leaseExpiresAt") * 1000)::float8, "windowId", "seriesId",
                  "venue", "symbol", "timeframe", "ts", "suggestedClass", "blind", "purpose", "kind", "direction", "poleKatr",
                  "votes", "snapshot"
             FROM label_items($1::uuid[])`,
    values: [leaseIds],
    rowMode: 'array',
  });
  return rows.map(toItem);
}

function toItem(row: Row): LabelItemRow {
  const [itemId, leaseId, leaseExpiresAt, windowId, id, venue, symbol, timeframe, ts, ...rest] = row;
  const [suggestedClass, blind, purpose, kind, direction, poleKatr, votes, snapshot] = rest;
  return {
    itemId,
    leaseId,
    leaseExpiresAt: new Date(Math.trunc(leaseExpiresAt)),
    windowId,
    series: { id, venue, symbol, timeframe },
    ts,
    suggestedClass,
    blind,
    purpose,
    weak: kind === null ? null : { kind, direction: direction ?? 0, poleKatr, votes: votes ?? [] },
    snapshot,
  };
}
