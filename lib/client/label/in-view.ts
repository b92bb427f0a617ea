import type { HeldItem } from './held-item.ts';
import type { LabelState } from './label-state.ts';

type Change = Partial<LabelState>;

/** `change`, with the next window brought into view where none is, and `phase` true to what is then in hand. */
export function settled(state: LabelState, change: Change, now: number): Change {
  const { current, ready, phase } = { ...state, ...change };
  if (current === null && ready.length > 0) {
    return { ...change, current: ready[0], shownAt: now, ready: ready.slice(1), phase: 'labelling' };
  }
  const shows = current !== null ? 'labelling' : phase === 'labelling' ? 'loading' : phase;
  return { ...change, phase: shows };
}

/** Puts a window into view; the one there goes back to be the next. A claim may have brought the window already. */
export function broughtBack({ current, ready }: LabelState, held: HeldItem, now: number): Change {
  return {
    current: held,
    shownAt: now,
    ready: [...(current ? [current] : []), ...ready].filter(
      ({ item }) => item.windowId !== held.item.windowId,
    ),
    phase: 'labelling',
  };
}
