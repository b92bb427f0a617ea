import { type ClassId, NONE } from '@/lib/contract/classes.ts';
import { classIdSchema } from '@/lib/contract/common.ts';
import type { LabelItem, Suggestion } from '@/lib/contract/label.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import { type GivenAnswer, listAnswers } from '../repo/annotation.ts';
import { type LabelItemRow, readLabelItems } from '../repo/label-item.ts';

/** The windows of these leases as the label page gets them, in the order of the leases. */
export async function openLabelItems(leaseIds: readonly string[]): Promise<LabelItem[]> {
  const rows = await readLabelItems(leaseIds);
  const inReview = rows.flatMap(({ purpose, windowId }) => (purpose === 'review' ? [windowId] : []));
  const answers = inReview.length > 0 ? await listAnswers(inReview) : new Map<string, GivenAnswer[]>();
  return rows.map((row) => toLabelItem(row, answers.get(row.windowId) ?? []));
}

/**
 * The window as one of a page of a class. One that rules take for something else, as a planted one may be, shows no
 * marks: they would give it away.
 */
export function shownAsOneOf(item: LabelItem, shownAs: ClassId): LabelItem {
  const { suggestion } = item;
  if (suggestion === null) return item;
  const fired = suggestion.votes.some(({ rule, state }) => rule === shownAs && state === 'fired');
  if (suggestion.class === shownAs && (fired || shownAs === NONE)) return item;
  return {
    ...item,
    suggestion: { class: shownAs, kind: 'event', direction: suggestion.direction, poleKatr: null, votes: [] },
  };
}

function toLabelItem(row: LabelItemRow, answers: readonly GivenAnswer[]): LabelItem {
  return {
    itemId: row.itemId,
    leaseId: row.leaseId,
    leaseExpiresAt: row.leaseExpiresAt.toISOString(),
    windowId: row.windowId,
    series: row.series,
    ts: row.ts,
    snapshot: snapshotColumns(row),
    suggestion: row.blind ? null : suggestionOf(row),
    voices: row.purpose === 'review' ? answers.flatMap(voiceOf) : null,
  };
}

function suggestionOf({ suggestedClass, weak }: LabelItemRow): Suggestion {
  return {
    class: classIdSchema.parse(suggestedClass),
    kind: weak?.kind ?? 'undecided',
    direction: weak?.direction ?? 0,
    poleKatr: weak?.poleKatr ?? null,
    votes: [...(weak?.votes ?? [])] as Suggestion['votes'],
  };
}

function voiceOf({ person, label, note, blind, sawFuture, retractedAt }: GivenAnswer) {
  return label === null || retractedAt !== null ? [] : [{ person, label, note, blind, sawFuture }];
}

/**
 * A stored snapshot as it goes over the wire.
 * @throws Error where the stored bars go past bar t: an answer that shows the future is worse than none
 */
export function snapshotColumns(
  row: Pick<LabelItemRow, 'windowId' | 'ts' | 'snapshot'>,
): LabelItem['snapshot'] {
  const snapshot = unpackSnapshot(row.snapshot);
  const { bars } = snapshot;
  const last = bars.ts[bars.length - 1];
  if (last !== row.ts) {
    throw new Error(`window ${row.windowId}: its snapshot ends at bar ${last}, not at its own bar ${row.ts}`);
  }
  return toColumns(snapshot);
}

export function toColumns({ bars, state, timeframeMs }: Snapshot): LabelItem['snapshot'] {
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
