import type { RuleId } from './rule/rule-set.ts';
import { FIRED, UNDECIDED } from './rule/vote.ts';

/** Classes of weak labels, in the order of every column of labels. */
export const WEAK_CLASSES = ['flag', 'wedge', 'blowoff', 'wick_exhaustion', 'none'] as const;
export type WeakClass = (typeof WEAK_CLASSES)[number];

/** Labels in a column: the class's place in WEAK_CLASSES, or one of these. */
export const NONE_LABEL = 4;
/** Nothing fires, but a rule abstains whose other conditions hold. */
export const UNDECIDED_LABEL = 5;
/** No valid window ends here. */
export const NO_WINDOW = 255;

/** Where several rules fire the first of these is the weak label. */
const PRECEDENCE: readonly RuleId[] = ['blowoff', 'wick_exhaustion', 'flag', 'wedge'];

export type RuleStates = Readonly<Record<RuleId, Uint8Array>>;

/** Writes the weak label of every bar of `[from, to)` from the rules' states and the mask of valid windows. */
export function weakLabels(
  states: RuleStates,
  valid: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
): void {
  const columns = PRECEDENCE.map((id) => states[id]);
  const labels = PRECEDENCE.map((id) => WEAK_CLASSES.indexOf(id));
  for (let t = from; t < to; t++) {
    if (valid[t] === 0) {
      out[t] = NO_WINDOW;
      continue;
    }
    let label = NONE_LABEL;
    for (let r = 0; r < columns.length; r++) {
      const state = columns[r][t];
      if (state === FIRED) {
        label = labels[r];
        break;
      }
      if (state === UNDECIDED) label = UNDECIDED_LABEL;
    }
    out[t] = label;
  }
}

/** What became of a bar when events were formed. */
export const CLEAR = 0;
/** An event: kept. */
export const EVENT = 1;
/** Of an event's class, but too soon after its last event. */
export const DROPPED = 2;
/** Of no class, within the spacing after an event: it may not stand for `none`. */
export const SHADOWED = 3;

/** What must be remembered to form events on from one piece of a series to the next. */
export interface EventState {
  /** Bar of the last kept event, by class. */
  readonly last: Float64Array;
}

/** The state before the first bar, for classes 0 to `classCount` - 1. */
export function createEventState(classCount: number): EventState {
  return { last: new Float64Array(classCount).fill(Number.NEGATIVE_INFINITY) };
}

/**
 * Forms events of the labels of consecutive bars `[from, to)`: per class, left to right, a bar is kept when it is more
 * than `spacing` bars after the last kept one of that class. Rules and models form their events by this same function.
 * Labels from the state's class count up (`none`, undecided, no window) are of no class.
 * @param state carried on from the bars before; changed in place
 * @param firstBar the number of the bar at index 0 within its series, where the columns are a piece of it
 * @param out receives CLEAR, EVENT, DROPPED or SHADOWED
 */
export function formEvents(
  labels: Uint8Array,
  from: number,
  to: number,
  spacing: number,
  state: EventState,
  out: Uint8Array,
  firstBar = 0,
): void {
  const { last } = state;
  let lastOfAny = Number.NEGATIVE_INFINITY;
  for (const bar of last) if (bar > lastOfAny) lastOfAny = bar;
  for (let i = from; i < to; i++) {
    const bar = firstBar + i;
    const label = labels[i];
    if (label >= last.length) {
      out[i] = bar - lastOfAny <= spacing ? SHADOWED : CLEAR;
    } else if (bar - last[label] > spacing) {
      last[label] = bar;
      lastOfAny = bar;
      out[i] = EVENT;
    } else {
      out[i] = DROPPED;
    }
  }
}
