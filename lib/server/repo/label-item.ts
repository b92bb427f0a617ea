import type { Vote } from '@/lib/core/rule/vote.ts';
import { getPool } from '../db/connection.ts';

/** A leased item with everything the label page shows of its window: two rows and no file. */
export interface LabelItemRow {
  readonly itemId: string;
  readonly leaseId: string;
  readonly leaseExpiresAt: Date;
  readonly windowId: string;
  readonly position: number;
  readonly series: {
    readonly id: number;
    readonly venue: string;
    readonly symbol: string;
    readonly timeframe: string;
  };
  readonly ts: number;
  readonly suggestedClass: string;
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
  position: number,
  seriesId: number,
  venue: string,
  symbol: string,
  timeframe: string,
  ts: number,
  suggestedClass: string,
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
    text: `SELECT i."id", l."id", (extract(epoch FROM l."expiresAt") * 1000)::float8, w."id", i."position",
                  s."id", s."venue", s."symbol", s."timeframe", w."ts", i."suggestedClass",
                  weak."kind", weak."direction", weak."poleKatr", weak."votes", shot."bytes"
             FROM "Lease" l
             JOIN "QueueItem" i ON i."id" = l."queueItemId"
             JOIN "Queue" q ON q."id" = i."queueId"
             JOIN "Window" w ON w."id" = i."windowId"
             JOIN "Series" s ON s."id" = w."seriesId"
             JOIN "Snapshot" shot ON shot."hash" = w."snapshotHash"
             LEFT JOIN "WeakLabel" weak ON weak."windowId" = w."id" AND weak."ruleSetId" = q."ruleSetId"
            WHERE l."id" = ANY($1::uuid[])`,
    values: [leaseIds],
    rowMode: 'array',
  });
  const byLease = new Map(rows.map((row) => [row[1], toItem(row)]));
  return leaseIds.flatMap((id) => byLease.get(id) ?? []);
}

function toItem(row: Row): LabelItemRow {
  const [itemId, leaseId, leaseExpiresAt, windowId, position, id, venue, symbol, timeframe, ts, ...rest] =
    row;
  const [suggestedClass, kind, direction, poleKatr, votes, snapshot] = rest;
  return {
    itemId,
    leaseId,
    leaseExpiresAt: new Date(Math.trunc(leaseExpiresAt)),
    windowId,
    position,
    series: { id, venue, symbol, timeframe },
    ts,
    suggestedClass,
    weak: kind === null ? null : { kind, direction: direction ?? 0, poleKatr, votes: votes ?? [] },
    snapshot,
  };
}
