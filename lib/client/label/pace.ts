import type { PageInput } from '@/lib/contract/grid.ts';

const WORK_MS = 10 * 60_000;
/** A longer pause between two answers is a break, not slow work. */
const BREAK_MS = 60_000;
/** With fewer answers a pace says nothing. */
const ENOUGH = 5;

/**
 * Answers a minute over the last ten minutes of work, breaks left out; null while there are too few to tell.
 * @param times of answers, ms, newest first
 */
export function pacePerMinute(times: readonly number[]): number | null {
  let worked = 0;
  let steps = 0;
  for (let i = 0; i + 1 < times.length && worked < WORK_MS; i++) {
    const step = times[i] - times[i + 1];
    if (step < 0 || step > BREAK_MS) continue;
    worked += step;
    steps++;
  }
  return steps + 1 < ENOUGH || worked === 0 ? null : (steps * 60_000) / worked;
}

/** When each answer of these pages was given, as if one after the other: nobody can tell. ms, newest first. */
export function pageTimes(
  pages: readonly Pick<PageInput, 'answers' | 'elapsedMs' | 'answeredAt'>[],
): number[] {
  return pages.flatMap(({ answers, elapsedMs, answeredAt }) =>
    answers.map((_, place) => Date.parse(answeredAt) - (place * elapsedMs) / answers.length),
  );
}

/** How long `remaining` answers take at a pace, in words: `5 h 10 left`, `12 min left`, `under a minute left`. */
export function timeLeft(remaining: number, perMinute: number | null): string | null {
  if (perMinute === null || perMinute <= 0 || remaining <= 0) return null;
  const minutes = Math.round(remaining / perMinute);
  if (minutes < 1) return 'under a minute left';
  if (minutes < 60) return `${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days left`;
  return `${hours} h ${String(minutes % 60).padStart(2, '0')} left`;
}
