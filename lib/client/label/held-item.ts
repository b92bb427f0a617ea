import type { LabelItem } from '@/lib/contract/label.ts';
import type { Bars } from '@/lib/core/bar.ts';
import { type OpenedSnapshot, openSnapshot, type Snapshot } from '@/lib/core/snapshot.ts';

/** A leased window, opened: indicators computed, ready for chart and image. */
export interface HeldItem {
  readonly item: LabelItem;
  readonly snapshot: Snapshot;
  readonly opened: OpenedSnapshot;
}

/** Opens a window as it came over the wire. */
export function openItem(item: LabelItem): HeldItem {
  const snapshot = snapshotOf(item.snapshot);
  return { item, snapshot, opened: openSnapshot(snapshot) };
}

/** The wire's columns as the core's typed arrays. */
export function snapshotOf({ bars, state, timeframeMs }: LabelItem['snapshot']): Snapshot {
  const columns: Bars = {
    length: bars.ts.length,
    ts: Float64Array.from(bars.ts),
    open: Float64Array.from(bars.open),
    high: Float64Array.from(bars.high),
    low: Float64Array.from(bars.low),
    close: Float64Array.from(bars.close),
    volume: Float64Array.from(bars.volume),
    takerBuyVolume: Float64Array.from(bars.takerBuyVolume, (value) => value ?? Number.NaN),
  };
  return { timeframeMs, bars: columns, state };
}
