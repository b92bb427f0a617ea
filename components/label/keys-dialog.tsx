'use client';

import { useEffect, useRef } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import classes from './keys-dialog.module.css';

const KEYS: readonly [string, string][] = [
  ...CLASS_IDS.map((id): [string, string] => [CLASS_FACTS[id].key, CLASS_FACTS[id].name]),
  ['Space', 'confirm the suggestion'],
  ['U', 'undo, any number of steps; also Backspace'],
  ['S', 'skip, then 1 to 4 for the reason'],
  ['N', 'note for this answer'],
  ['P', 'the model’s word on this window, before the answer'],
  ['L', 'logarithmic or linear prices'],
  ['+ -', 'zoom in, zoom out'],
  ['0', 'back to the window'],
  ['← →', 'crosshair, bar by bar'],
  ['Esc', 'leave skip, note or crosshair'],
  ['?', 'these keys'],
];

/** Every key of the page. */
export function KeysDialog({ shown, onClose }: { shown: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown]);
  return (
    <dialog ref={dialog} className={classes.dialog} aria-label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <KeyHint keys={key} />
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
