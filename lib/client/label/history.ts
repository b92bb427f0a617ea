import type { ClassId } from '@/lib/contract/classes.ts';
import type { Annotation } from '@/lib/contract/label.ts';
import type { FlagSpans } from '@/lib/core/rule/flag-marks.ts';
import { answersOf, type OutboxEntry, takenBackBy } from '../outbox/entry.ts';
import type { HeldItem } from './held-item.ts';

/** An answer that stands: what the strip shows and undo walks back through. */
export interface GivenAnswer {
  readonly id: string;
  readonly windowId: string;
  readonly itemId: string | null;
  /** null for a skip. */
  readonly label: ClassId | null;
  readonly skipReason: string | null;
  readonly note: string | null;
  /** The person's own pole and consolidation, where they put them. */
  readonly marks: FlagSpans | null;
  /** null where it is not known any more. */
  readonly suggested: ClassId | null;
  /** ms UTC */
  readonly at: number;
  /** The window itself while this page still has it; otherwise undo asks the server for it. */
  readonly held: HeldItem | null;
}

/**
 * The person's standing answers in a queue, newest first, after a reload: what the server has recorded, plus what still
 * waits in this browser, less what a waiting retraction takes back.
 */
export function standingAnswers(
  recorded: readonly Annotation[],
  waiting: readonly OutboxEntry[],
  queueId: number,
): GivenAnswer[] {
  const mine = waiting.filter((entry) => entry.queueId === queueId);
  const takenBack = new Set(mine.flatMap(takenBackBy));
  const seen = new Set<string>();
  const answers: GivenAnswer[] = [];
  // Whatever waits is newer than whatever the server has: entries go out in order.
  const given = mine.flatMap((entry) => {
    const suggested = entry.kind === 'page' ? entry.input.class : null;
    return answersOf(entry).map((input) => ({ input, suggested }));
  });
  for (const { input, suggested } of given.reverse()) {
    if (takenBack.has(input.id)) continue;
    seen.add(input.id);
    answers.push({
      id: input.id,
      windowId: input.windowId,
      itemId: input.itemId,
      label: input.kind === 'label' ? input.label : null,
      skipReason: input.kind === 'skip' ? input.skipReason : null,
      note: input.note ?? null,
      marks: (input.kind === 'label' && input.marks) || null,
      suggested,
      at: Date.parse(input.answeredAt),
      held: null,
    });
  }
  for (const annotation of recorded) {
    if (takenBack.has(annotation.id) || seen.has(annotation.id) || annotation.kind === 'retraction') continue;
    answers.push({
      id: annotation.id,
      windowId: annotation.windowId,
      itemId: annotation.itemId,
      label: annotation.label,
      skipReason: annotation.skipReason,
      note: annotation.note,
      marks: annotation.marks,
      suggested: annotation.suggestedClass,
      at: Date.parse(annotation.answeredAt),
      held: null,
    });
  }
  return answers;
}
