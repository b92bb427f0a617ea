import type { KeyWords } from '@/components/figure/keys-dialog.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';

const KEYS: readonly KeyWords[] = [
  ...CLASS_IDS.map((id): KeyWords => [CLASS_FACTS[id].key, CLASS_FACTS[id].name]),
  ['Space', 'confirm the suggestion'],
  ['U', 'undo, any number of steps; also Backspace'],
  ['S', 'skip, then 1 to 4 for the reason'],
  ['N', 'note for this answer'],
  [
    'E',
    'put pole and consolidation where you see them: ← → a bar, Tab the next handle, U undo, Enter take, Esc leave, X drop',
  ],
  ['G', 'the class guide beside the chart: what each class means'],
  ['Y', 'your own answers beside the chart: to look through, take back and answer again'],
  ['P', 'the model’s word on this window, before the answer'],
  ['O', 'what the model goes by: shades the candles that speak for its class'],
  ['R', 'replay: what came after the window answered last'],
  ['L', 'logarithmic or linear prices'],
  ['+ -', 'zoom in, zoom out'],
  ['0', 'back to the window'],
  ['← →', 'crosshair, bar by bar'],
  ['V', 'a page of windows at a time'],
  ['Esc', 'leave skip, note or crosshair'],
  ['?', 'these keys'],
];

const REVIEWER_KEYS: readonly KeyWords[] = [
  ['A', 'look for windows like this one, and put them into a queue'],
  ['M', 'mark the window answered last as gold, or take that back'],
];

/** Every key of the label page that this person has. */
export function labelKeys(isReviewer: boolean): readonly KeyWords[] {
  return isReviewer ? [...KEYS.slice(0, -1), ...REVIEWER_KEYS, ...KEYS.slice(-1)] : KEYS;
}
