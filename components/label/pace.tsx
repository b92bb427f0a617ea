import { pacePerMinute, timeLeft } from '@/lib/client/label/pace.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import classes from './queue-header.module.css';

interface PaceProps {
  /** Of this person's answers, ms, newest first. */
  times: readonly number[];
  progress: QueueProgress | null;
}

/** How fast the person is, and how long the queue will take so. */
export function Pace({ times, progress }: PaceProps) {
  const perMinute = pacePerMinute(times) ?? progress?.mine.perMinute ?? null;
  const left = progress ? timeLeft(progress.remaining, perMinute) : null;
  const words = [perMinute === null ? null : `${Math.round(perMinute)}/min`, left].filter(
    (part) => part !== null,
  );
  return (
    <span
      className={classes.pace}
      title={progress ? `${progress.remaining} of ${progress.total} windows remain` : undefined}
    >
      {words.length > 0 ? words.join(' · ') : progress ? `${progress.remaining} windows remain` : ''}
    </span>
  );
}
