'use client';

import { useState } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { ToolButton } from '@/components/figure/tool-button.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
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
      <ToolButton
        disabled={answered === null}
        title="What came after the window answered last"
        onPress={open}
      >
        <KeyHint keys="R" does="replay" />
      </ToolButton>
      {shown === null ? null : <ReplayDialog windowId={shown} onClose={() => show(null)} />}
    </>
  );
}
