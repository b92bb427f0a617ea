'use client';

import { useState } from 'react';
import { keepFocus } from '@/components/class/class-buttons.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import strip from '../answer-strip.module.css';
import { useLabel } from '../use-label-store.ts';
import { ReplayDialog } from './replay-dialog.tsx';

/** Plays what came after the window answered last. */
export function ReplayButton() {
  const answered = useLabel(({ answers }) => answers.at(0)?.windowId ?? null);
  const [shown, show] = useState<string | null>(null);
  const open = () => show(answered);
  useHotkeys({ r: open }, answered !== null && shown === null);
  return (
    <>
      <button
        type="button"
        className={strip.act}
        disabled={answered === null}
        title="What came after the window answered last"
        onMouseDown={keepFocus}
        onClick={open}
      >
        <KeyHint keys="R" does="replay" />
      </button>
      {shown === null ? null : <ReplayDialog windowId={shown} onClose={() => show(null)} />}
    </>
  );
}
