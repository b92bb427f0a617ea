'use client';

import { useEffect, useRef } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import classes from './keys-dialog.module.css';

/** A key as it is printed, and what it does. */
export type KeyWords = readonly [key: string, does: string];

interface KeysDialogProps {
  keys: readonly KeyWords[];
  shown: boolean;
  onClose: () => void;
}

/** Every key of the page. */
export function KeysDialog({ keys, shown, onClose }: KeysDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown]);
  return (
    <dialog ref={dialog} className={classes.dialog} aria-label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl>
        {keys.map(([key, does]) => (
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
