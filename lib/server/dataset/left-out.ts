import type { Outside } from '@/lib/core/split.ts';

/** Counts windows by the reason for which they stayed out. */
export type LeftOut = Map<string, number>;

export function leaveOut(leftOut: LeftOut, reason: string, count = 1): void {
  if (count > 0) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
}

export const OUTSIDE_WORDS: Readonly<Record<Outside, string>> = {
  cut: 'across a cut date',
  embargo: 'within the embargo before a cut date',
  gold: 'within 64 bars of a gold window',
  early: 'of a series kept aside, before the test dates',
};
