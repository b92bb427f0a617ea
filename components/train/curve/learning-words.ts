import { formatCount, formatFigure } from '@/components/figure/format.ts';
import { type ClassCurve, NEXT, TARGET } from './class-curve.ts';

const WHY: Record<NonNullable<ClassCurve['unsupported']>, string> = {
  few: 'No forecast: it takes F1 with its interval on three sizes.',
  flat: 'No forecast: F1 does not rise beyond its intervals, so more labels of this kind may buy nothing that these figures can show.',
  off: 'No forecast: the points lie too far from any such curve.',
  far: `No figure for ${NEXT} more: they would be over four times as many as it learned from.`,
};

/** `+0.012`, `−0.003`. */
function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${formatFigure(Math.abs(value))}`;
}

/** What the curve answers, in a sentence or two. */
export function verdictOf({ unsupported, gain, atTarget }: ClassCurve): string {
  const target = atTarget ? ` At ${formatCount(TARGET.least)}: ${formatFigure(atTarget.value)}.` : '';
  if (unsupported !== null || gain === null) return `${WHY[unsupported ?? 'few']}${target}`;
  const { low, high } = gain.interval;
  return `The next ${NEXT} labels: ${signed(gain.value)} (${signed(low)} to ${signed(high)}).${target}`;
}
