import type { ClassId } from '@/lib/contract/classes.ts';
import type { PageInput } from '@/lib/contract/grid.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import { answersOf, type OutboxEntry, pageAnswers, takenBackBy } from '../outbox/entry.ts';

/** Progress after one more (or less) label of a class, before the server has counted it. */
export function withLabel(progress: QueueProgress, label: ClassId, by: 1 | -1): QueueProgress {
  return {
    ...progress,
    labelled: { ...progress.labelled, [label]: Math.max(0, progress.labelled[label] + by) },
    remaining: Math.max(0, progress.remaining - by),
  };
}

/** Progress after one more page (or less), before the server has counted it. */
export function withPage(progress: QueueProgress, page: PageInput, by: 1 | -1): QueueProgress {
  return pageAnswers(page).reduce(
    (sum, answer) => (answer.kind === 'label' ? withLabel(sum, answer.label, by) : sum),
    progress,
  );
}

/** The server's count plus what it cannot know yet: the labels that still wait in this browser. */
export function withWaiting(
  progress: QueueProgress,
  waiting: readonly OutboxEntry[],
  queueId: number,
): QueueProgress {
  const mine = waiting.filter((entry) => entry.queueId === queueId);
  const takenBack = new Set(mine.flatMap(takenBackBy));
  return mine
    .flatMap(answersOf)
    .reduce(
      (sum, answer) =>
        answer.kind === 'label' && !takenBack.has(answer.id) ? withLabel(sum, answer.label, 1) : sum,
      progress,
    );
}
