import type { ClassId } from '@/lib/contract/classes.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import type { OutboxEntry } from '../outbox/entry.ts';

/** Progress after one more (or less) label of a class, before the server has counted it. */
export function withLabel(progress: QueueProgress, label: ClassId, by: 1 | -1): QueueProgress {
  return {
    ...progress,
    labelled: { ...progress.labelled, [label]: Math.max(0, progress.labelled[label] + by) },
    remaining: Math.max(0, progress.remaining - by),
  };
}

/** The server's count plus what it cannot know yet: the labels that still wait in this browser. */
export function withWaiting(
  progress: QueueProgress,
  waiting: readonly OutboxEntry[],
  queueId: number,
): QueueProgress {
  const mine = waiting.filter((entry) => entry.queueId === queueId);
  const takenBack = new Set(
    mine.flatMap(({ input }) => (input.kind === 'retraction' ? [input.retractsId] : [])),
  );
  return mine.reduce(
    (sum, { input }) =>
      input.kind === 'label' && !takenBack.has(input.id) ? withLabel(sum, input.label, 1) : sum,
    progress,
  );
}
