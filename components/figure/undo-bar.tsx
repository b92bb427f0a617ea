import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import classes from './figure.module.css';

const OFFERED_MS = 10_000;

/** What was just done, and for ten seconds the way to take it back. */
export interface Undoable {
  readonly words: string;
  readonly undo: () => void;
}

/** The last undoable act, at the bottom of the page. */
export function UndoBar({ done, onGone }: { done: Undoable | null; onGone: () => void }) {
  const gone = useRef(onGone);
  useEffect(() => {
    gone.current = onGone;
  });
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => gone.current(), OFFERED_MS);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <div className={classes.undo} role="status" data-shown={done !== null || undefined}>
      {done ? (
        <>
          <span>{done.words}</span>
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => {
              done.undo();
              onGone();
            }}
          >
            Undo
          </Button>
        </>
      ) : null}
    </div>
  );
}
