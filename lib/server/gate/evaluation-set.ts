import { classIndex } from '@/lib/contract/classes.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import type { Split } from '@/lib/core/split.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import { groupEvents } from '../dataset/group-events.ts';
import { readFrozenGold } from '../repo/gold.ts';
import { findWindowsAt } from '../repo/window.ts';
import type { EvaluationRows } from './compare-rows.ts';
import type { LabelRow } from './label-rows.ts';
import type { Place } from './trained-on.ts';

/** Labelled windows that versions are held against, with their windows in the database. */
export interface EvaluationSet<Name = Split | 'gold'> extends EvaluationRows {
  readonly set: Name;
  readonly windowIds: readonly string[];
  /** Rows left out because a version knows them. */
  readonly trainedOn: number;
  /** Rows left out because their window is no longer stored. */
  readonly gone: number;
}

type Known = (place: Place) => boolean;
type Row = Place & Pick<LabelRow, 'label' | 'pole'> & { readonly weight: number | null };

/** Rows of a dataset's split that no version knows. */
export async function datasetSet<Name extends Split>(
  set: Name,
  rows: readonly LabelRow[],
  isKnown: Known,
): Promise<EvaluationSet<Name>> {
  const ofSplit = rows.filter(({ split }) => split === set);
  const unknown = ofSplit.filter((row) => !isKnown(row));
  const ids = await findWindowsAt(unknown);
  const found = unknown.flatMap((row, i) => {
    const windowId = ids[i];
    return windowId === null ? [] : [{ row, windowId }];
  });
  return {
    ...toSet(set, found),
    trainedOn: ofSplit.length - unknown.length,
    gone: unknown.length - found.length,
  };
}

/** The windows of the newest frozen gold version that no version knows; null where nothing has been frozen. */
export async function goldSet(
  isKnown: Known,
): Promise<{ number: number; rows: EvaluationSet<'gold'> } | null> {
  const gold = await readFrozenGold();
  if (!gold) return null;
  const unknown = gold.windows.filter((window) => !isKnown(window));
  const found = unknown.map((window) => ({
    row: { ...window, pole: null, weight: null },
    windowId: window.windowId,
  }));
  return {
    number: gold.number,
    rows: { ...toSet('gold' as const, found), trainedOn: gold.windows.length - unknown.length, gone: 0 },
  };
}

function toSet<Name extends Split | 'gold'>(
  set: Name,
  found: readonly { readonly row: Row; readonly windowId: string }[],
) {
  const rows = found.map(({ row }) => row);
  return {
    set,
    windowIds: found.map(({ windowId }) => windowId),
    actual: Uint8Array.from(rows, ({ label }) => classIndex(label)),
    pole: Float64Array.from(rows, ({ pole }) => pole ?? Number.NaN),
    weights: set === 'gold' ? null : Float64Array.from(rows, ({ weight }) => weight ?? 0),
    events: groupEvents(
      rows.map((row) => ({ series: seriesKey(row), timeframeMs: timeframeMs(row.timeframe), ts: row.ts })),
    ).events,
  };
}
