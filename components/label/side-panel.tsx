'use client';

import { useEffect, useRef } from 'react';
import { ClassButtons } from '@/components/class/class-buttons.tsx';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { KeyButton } from '@/components/class/key-button.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { editingOf } from '@/lib/client/label/marks-slice.ts';
import { SKIP_REASONS } from '@/lib/contract/label.ts';
import { ModelPanel } from './model-panel.tsx';
import { OwnMarks } from './own-marks.tsx';
import classes from './side-panel.module.css';
import { SKIP_WORDS } from './skip-words.ts';
import { Suggestion } from './suggestion.tsx';
import { useLabel } from './use-label-store.ts';

export type PanelMode = 'answer' | 'skip' | 'note';

interface SidePanelProps {
  held: HeldItem;
  mode: PanelMode;
  onMode: (mode: PanelMode) => void;
  /** Show the model's word on the window in view, before the answer. */
  peeks: boolean;
  /** Looks for windows like this one; null for those who may not. */
  onAlike: (() => void) | null;
}

/** Suggestion, answers, keys and model; only the suggestion's text changes its length, and it has the room to. */
export function SidePanel({ held, mode, onMode, peeks, onAlike }: SidePanelProps) {
  const answer = useLabel((state) => state.answer);
  const moving = useLabel((state) => editingOf(state) !== null);
  return (
    <aside className={classes.panel} aria-label="Answer">
      <div className={classes.told}>
        <OwnMarks held={held} />
        <Suggestion held={held} />
      </div>
      <div className={classes.answers}>
        {mode === 'skip' ? (
          <SkipReasons onMode={onMode} />
        ) : (
          <ClassButtons marked={held.item.suggestion?.class ?? null} onPick={(id) => void answer(id)} />
        )}
      </div>
      <div className={classes.hints}>
        {mode === 'note' ? (
          <Note onMode={onMode} />
        ) : moving ? (
          <MovingHints />
        ) : (
          <Hints onMode={onMode} onAlike={onAlike} />
        )}
      </div>
      <ModelPanel held={held} peeks={peeks} />
    </aside>
  );
}

function SkipReasons({ onMode }: { onMode: (mode: PanelMode) => void }) {
  const skip = useLabel((state) => state.skip);
  return (
    <fieldset className={classes.reasons}>
      <legend>Skip, because it is …</legend>
      {SKIP_REASONS.map((reason, i) => (
        <button
          key={reason}
          type="button"
          className={classes.reason}
          onMouseDown={keepFocus}
          onClick={() => {
            onMode('answer');
            void skip(reason);
          }}
        >
          <KeyHint keys={String(i + 1)} does={SKIP_WORDS[reason]} />
        </button>
      ))}
    </fieldset>
  );
}

function MovingHints() {
  return (
    <>
      <KeyHint keys="← →" does="a bar" />
      <KeyHint keys="Tab" does="next" />
      <KeyHint keys="U" does="undo" />
      <KeyHint keys="Enter" does="take" />
      <KeyHint keys="Esc" does="leave" />
      <KeyHint keys="X" does="drop" />
    </>
  );
}

function Hints({ onMode, onAlike }: Pick<SidePanelProps, 'onMode' | 'onAlike'>) {
  const note = useLabel((state) => state.note);
  return (
    <>
      <KeyHint keys="Space" does="confirm" />
      <KeyHint keys="S" does="skip" />
      <KeyHint keys="U" does="undo" />
      {note === '' ? (
        <KeyHint keys="N" does="note" />
      ) : (
        <KeyButton keys="N" does="note ✓" onPress={() => onMode('note')} />
      )}
      <KeyHint keys="E" does="pole" />
      <KeyHint keys="G" does="guide" />
      <KeyHint keys="P" does="model" />
      <KeyHint keys="?" does="all keys" />
      {onAlike ? (
        <KeyButton keys="A" does="alike" title="Look for windows like this one" onPress={onAlike} />
      ) : null}
    </>
  );
}

function Note({ onMode }: { onMode: (mode: PanelMode) => void }) {
  const note = useLabel((state) => state.note);
  const setNote = useLabel((state) => state.setNote);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <textarea
      ref={field}
      className={classes.note}
      aria-label="Note for this answer"
      placeholder="Note for this answer. Enter keeps it, Esc drops it."
      maxLength={2000}
      value={note}
      onChange={(event) => setNote(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' && (event.key !== 'Enter' || event.shiftKey)) return;
        event.preventDefault();
        if (event.key === 'Escape') setNote('');
        onMode('answer');
      }}
    />
  );
}
