import { type Condition, finiteOrNull } from './vote.ts';

/**
 * What both rules of one bar ask first: that it is tall enough to matter, and that its wick is most of it.
 * @param range high - low of the bar, price units
 * @param wick share of the range that the wick takes
 */
export function wickConditions(
  range: number,
  atr: number,
  wick: number,
  { minRange, minWick }: { readonly minRange: number; readonly minWick: number },
): Condition[] {
  return [
    {
      id: 'range',
      value: finiteOrNull(range / atr),
      comparator: '≥',
      limit: minRange,
      holds: range >= minRange * atr,
    },
    { id: 'wick', value: finiteOrNull(wick), comparator: '≥', limit: minWick, holds: wick >= minWick },
  ];
}
