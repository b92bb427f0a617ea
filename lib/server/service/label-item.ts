import { classIdSchema } from '@/lib/contract/common.ts';
import type { LabelItem } from '@/lib/contract/label.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { type LabelItemRow, readLabelItems } from '../repo/label-item.ts';

/** The windows of these leases as the label page gets them, in the order of the leases. */
export async function openLabelItems(leaseIds: readonly string[]): Promise<LabelItem[]> {
  return (await readLabelItems(leaseIds)).map(toLabelItem);
}

function toLabelItem(row: LabelItemRow): LabelItem {
  const suggested = classIdSchema.parse(row.suggestedClass);
  return {
    itemId: row.itemId,
    leaseId: row.leaseId,
    leaseExpiresAt: row.leaseExpiresAt.toISOString(),
    windowId: row.windowId,
    position: row.position,
    series: row.series,
    ts: row.ts,
    snapshot: toColumns(unpackSnapshot(row.snapshot), row),
    suggestion: {
      class: suggested,
      kind: row.weak?.kind ?? 'undecided',
      direction: row.weak?.direction ?? 0,
      poleKatr: row.weak?.poleKatr ?? null,
      votes: [...(row.weak?.votes ?? [])] as LabelItem['suggestion']['votes'],
    },
  };
}

/** @throws Error where the stored bars go past bar t: an answer that shows the future is worse than none */
function toColumns({ bars, state, timeframeMs }: Snapshot, row: LabelItemRow): LabelItem['snapshot'] {
  const last = bars.ts[bars.length - 1];
  if (last !== row.ts) {
    throw new Error(`window ${row.windowId}: its snapshot ends at bar ${last}, not at its own bar ${row.ts}`);
  }
  return {
    timeframeMs,
    state,
    bars: {
      ts: Array.from(bars.ts),
      open: Array.from(bars.open),
      high: Array.from(bars.high),
      low: Array.from(bars.low),
      close: Array.from(bars.close),
      volume: Array.from(bars.volume),
      takerBuyVolume: Array.from(bars.takerBuyVolume, (volume) => (Number.isNaN(volume) ? null : volume)),
    },
  };
}
