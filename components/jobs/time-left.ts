import type { Job } from '@/lib/contract/jobs.ts';

type Timed = Pick<Job, 'state' | 'progress' | 'startedAt'>;

/** Below this share the pace says nothing yet. */
const TELLING = 0.02;

/**
 * Seconds until a running job ends at its pace so far; null while that cannot be told.
 * @param now ms UTC
 */
export function secondsLeft({ state, progress, startedAt }: Timed, now: number): number | null {
  if (state !== 'running' || !startedAt || progress === null || progress < TELLING) return null;
  const passed = (now - Date.parse(startedAt)) / 1000;
  return passed <= 0 ? null : (passed * (1 - progress)) / progress;
}

/** Seconds a job took, or has taken so far; null before it starts. */
export function secondsTaken(
  { startedAt, endedAt }: Pick<Job, 'startedAt' | 'endedAt'>,
  now: number,
): number | null {
  if (!startedAt) return null;
  return Math.max(0, ((endedAt ? Date.parse(endedAt) : now) - Date.parse(startedAt)) / 1000);
}
