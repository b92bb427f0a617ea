'use client';

import { keepFocus } from '@/components/class/class-buttons.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { useLabel } from '../use-label-store.ts';
import classes from './gold.module.css';
import { useGold } from './use-gold.ts';

/** Marks the window answered last as gold, or takes that back; M does the same. */
export function GoldButton() {
  const last = useLabel((state) => state.answers.at(0));
  const toggle = useGold((state) => state.toggle);
  const marked = useGold((state) => last !== undefined && state.marks.has(last.id));
  return (
    <button
      type="button"
      className={classes.button}
      aria-pressed={marked}
      disabled={last === undefined}
      title={
        marked
          ? 'The window answered last is marked as gold; M takes that back'
          : 'Mark the window answered last as gold: its class is beyond doubt'
      }
      onMouseDown={keepFocus}
      onClick={() => last && void toggle(last)}
    >
      <KeyHint keys="M" does="gold" />
    </button>
  );
}
