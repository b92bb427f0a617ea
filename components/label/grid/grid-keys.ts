import type { KeyWords } from '@/components/figure/keys-dialog.tsx';

const KEYS: readonly KeyWords[] = [
  ['Enter', 'confirm the page: every window but the exceptions is of its class'],
  ['1 – 5', 'this window is of another class; the same key again takes that back'],
  ['S', 'skip this window'],
  ['⌫', 'clear this window’s mark'],
  ['U', 'take the last page back, whole; again for the one before, also after a reload'],
  ['← → ↑ ↓', 'move; Home and End go to the ends of the row'],
  ['C', 'the next class'],
  ['+ -', 'fewer and larger, or more and smaller windows a page'],
  ['V', 'one window at a time'],
  ['?', 'these keys'],
];

const REVIEWER_KEYS: readonly KeyWords[] = [
  ['A', 'look for windows like this one, and put them into a queue'],
];

/** Every key of the grid that this person has. */
export function gridKeys(isReviewer: boolean): readonly KeyWords[] {
  return isReviewer ? [...KEYS.slice(0, -1), ...REVIEWER_KEYS, ...KEYS.slice(-1)] : KEYS;
}
