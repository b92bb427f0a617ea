import type { KeyWords } from '@/components/figure/keys-dialog.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';

const KEYS: readonly KeyWords[] = [
  ...CLASS_IDS.map(
    (id): KeyWords => [CLASS_FACTS[id].key, `${CLASS_FACTS[id].name}: once arms, twice labels`],
  ),
  ['Enter', 'label with the armed class'],
  ['U', 'take back the last label given here; also Backspace'],
  ['J K', 'next, previous event; also ] ['],
  [', .', 'cursor a bar back, a bar on'],
  ['← →', 'pan'],
  ['+ -', 'zoom in, zoom out'],
  ['0', 'whole history'],
  ['Home', 'first bar'],
  ['End', 'last bar'],
  ['R', 'replay: hide what comes after the cursor'],
  ['M', 'run the model over what is in view, or stop it'],
  ['L', 'logarithmic or linear prices'],
  ['G', 'go to a time'],
  ['/', 'another series'],
  ['Esc', 'disarm; stay in the replay'],
  ['?', 'these keys'],
];

const QUEUE_KEY: KeyWords = ['Q', 'make a queue of the windows in view, of the classes shown'];

/** Every key of the explore page that this person has. */
export function exploreKeys(isReviewer: boolean): readonly KeyWords[] {
  return isReviewer ? [...KEYS.slice(0, -1), QUEUE_KEY, ...KEYS.slice(-1)] : KEYS;
}
