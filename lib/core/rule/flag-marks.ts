import { WINDOW_BARS } from '../window.ts';
import type { Direction } from './flag-search.ts';
import type { RuleContext } from './rule-context.ts';
import type { FlagMarks } from './vote.ts';

/** First and last bar of something, counted from t: 0 is t, -5 is five bars before. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the pole and the consolidation of a flag lie. */
export interface FlagSpans {
  readonly pole: Span;
  readonly consolidation: Span;
}

/** The pole's height runs from the close before its first bar, and that bar is in the window too. */
export const FIRST_POLE_BAR = 2 - WINDOW_BARS;

/** The bars of a flag in the order in which they must follow each other, each by the name a person knows it by. */
export const FLAG_BARS = [
  { part: 'pole', edge: 'start', name: 'pole start' },
  { part: 'pole', edge: 'end', name: 'pole end' },
  { part: 'consolidation', edge: 'start', name: 'consolidation start' },
  { part: 'consolidation', edge: 'end', name: 'consolidation end' },
] as const;

export interface SpanFault {
  /** Which of FLAG_BARS. */
  readonly at: number;
  readonly words: string;
}

/** What is wrong with the first misplaced bar, null where they lie in order and inside the window. */
export function findSpanFault(spans: FlagSpans): SpanFault | null {
  const bars = spanBars(spans);
  for (const [at, bar] of bars.entries()) {
    const { name } = FLAG_BARS[at];
    if (bar < FIRST_POLE_BAR || bar > 0) {
      return { at, words: `${name} ${bar} is not between ${FIRST_POLE_BAR} and 0, bars of the window` };
    }
    if (at > 0 && bar <= bars[at - 1]) {
      return { at, words: `${name} ${bar} is not after ${FLAG_BARS[at - 1].name} ${bars[at - 1]}` };
    }
  }
  return null;
}

/** In the order of FLAG_BARS. */
export function spanBars(spans: FlagSpans): number[] {
  return FLAG_BARS.map(({ part, edge }) => spans[part][edge]);
}

/** The spans of four bars in the order of FLAG_BARS. */
export function spansOf([poleStart, poleEnd, start, end]: readonly number[]): FlagSpans {
  return { pole: { start: poleStart, end: poleEnd }, consolidation: { start, end } };
}

export interface MeasuredFlag {
  /** The way the pole points; 0 where it has no height. */
  readonly direction: Direction | 0;
  /** Its height over the ATR of t. */
  readonly poleKatr: number;
  readonly marks: FlagMarks;
}

/**
 * Measures a flag whose bars are known, whoever says so: the rule, or a person.
 * @param spans bars that all lie at or after the second of `bars`
 * @param direction the way the pole is meant to point; by default the way it does
 */
export function measureFlag(
  { bars, indicators }: Pick<RuleContext, 'bars' | 'indicators'>,
  t: number,
  { pole, consolidation }: FlagSpans,
  direction?: Direction,
): MeasuredFlag {
  const { high, low, close } = bars;
  const { atr } = indicators;
  const base = t + pole.start - 1;
  const fromPrice = close[base];
  const toPrice = close[t + pole.end];
  const points = direction ?? ((Math.sign(toPrice - fromPrice) || 0) as Direction | 0);
  const height = points * (toPrice - fromPrice);
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = t + consolidation.start; i <= t + consolidation.end; i++) {
    highest = Math.max(highest, high[i]);
    lowest = Math.min(lowest, low[i]);
  }
  return {
    direction: points,
    poleKatr: height / atr[t],
    marks: {
      kind: 'flag',
      pole: { ...pole, fromPrice, toPrice, height, k: height / atr[base] },
      consolidation: { ...consolidation, high: highest, low: lowest },
      breakout: { bar: 0, price: close[t] },
    },
  };
}
