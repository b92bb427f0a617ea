import type { RuleId } from './rule-set.ts';

/** A rule's state at a bar as a number in a column; higher is nearer to firing. */
export const NO = 0;
/** All conditions but one hold. */
export const NEAR = 1;
/** An input is missing and all other conditions hold. */
export const UNDECIDED = 2;
export const FIRED = 3;

const STATE_NAMES = ['no', 'near', 'undecided', 'fired'] as const;
export type VoteState = (typeof STATE_NAMES)[number];

/** The name of a state in a column of states. */
export function voteStateName(state: number): VoteState {
  const name = STATE_NAMES[state];
  if (name === undefined) throw new RangeError(`vote state ${state} is not between ${NO} and ${FIRED}`);
  return name;
}

type Comparator = '<' | '≤' | '>' | '≥';

/** One condition of a rule with the numbers that decided it. */
export interface Condition {
  /** Stable within its rule; its words are in words.ts. */
  readonly id: string;
  /** Null where it cannot be measured: an input is missing, or it divides by 0. */
  readonly value: number | null;
  readonly comparator: Comparator;
  readonly limit: number | null;
  /** Null where an input is missing. */
  readonly holds: boolean | null;
}

/** Bars in marks are relative to t: 0 is t, -5 is five bars before. Prices are price units. */
export interface FlagMarks {
  readonly kind: 'flag';
  readonly pole: {
    /** First and last bar of the pole; its height runs from the close before `start` to the close of `end`. */
    readonly start: number;
    readonly end: number;
    readonly fromPrice: number;
    readonly toPrice: number;
    readonly height: number;
    /** Height over the ATR before its first bar. */
    readonly k: number;
  };
  readonly consolidation: {
    readonly start: number;
    readonly end: number;
    readonly high: number;
    readonly low: number;
  };
  readonly breakout: { readonly bar: number; readonly price: number };
}

export interface WedgeMarks {
  readonly kind: 'wedge';
  readonly start: number;
  readonly end: number;
  readonly upper: { readonly startPrice: number; readonly endPrice: number };
  readonly lower: { readonly startPrice: number; readonly endPrice: number };
  readonly highPivots: readonly number[];
  readonly lowPivots: readonly number[];
}

export interface WickMarks {
  readonly kind: 'wick';
  readonly bar: number;
  /** The wick's tip and where the body begins. */
  readonly tipPrice: number;
  readonly bodyPrice: number;
  /** The bar at which the delta turned positive; null where none did or the rule asks for none. */
  readonly flip: number | null;
}

export type Marks = FlagMarks | WedgeMarks | WickMarks;

/** What a rule says of the window at t, with everything that decided it. Plain data: it is stored as JSON. */
export interface Vote {
  readonly rule: RuleId;
  readonly state: VoteState;
  /** The way the pattern points: up 1, down -1, neither 0. */
  readonly direction: 1 | -1 | 0;
  /** Height of a flag's pole over today's ATR, where the rule fired or nearly did. */
  readonly poleKatr: number | null;
  readonly conditions: readonly Condition[];
  readonly marks: Marks | null;
  /** True where a delta behind the vote is the proxy, not taker volume. */
  readonly proxy: boolean;
}

/** A number for JSON: null where it is not finite. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The state that follows from a candidate's conditions: all, all but one, all but the unmeasured ones, or less. */
export function stateOf(conditions: readonly Condition[]): VoteState {
  let failed = 0;
  let unknown = 0;
  for (const { holds } of conditions) {
    if (holds === null) unknown++;
    else if (!holds) failed++;
  }
  if (failed + unknown === 0) return 'fired';
  if (failed === 0) return 'undecided';
  return failed + unknown === 1 ? 'near' : 'no';
}
