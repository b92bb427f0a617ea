'use client';

import { useState } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { ToolButton } from '@/components/figure/tool-button.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { useLabel } from '../use-label-store.ts';
import { HistoryDrawer } from './history-drawer.tsx';

/**
 * Opens everything that was said of a window, for reviewers: of the one in view where they decide on it, elsewhere of the
 * one answered last, since what others said would lead them.
 */
export function HistoryButton() {
  const inReview = useLabel(({ current }) => (current?.item.voices ? current.item.windowId : null));
  const answered = useLabel(({ answers }) => answers.at(0)?.windowId ?? null);
  const [shown, show] = useState<string | null>(null);
  const windowId = inReview ?? answered;
  const open = () => show(windowId);
  useHotkeys({ h: open }, windowId !== null);
  return (
    <>
      <ToolButton
        disabled={windowId === null}
        title={`Everything that was said of ${inReview ? 'this window' : 'the window answered last'}`}
        onPress={open}
      >
        <KeyHint keys="H" does="history" />
      </ToolButton>
      {shown === null ? null : <HistoryDrawer windowId={shown} onClose={() => show(null)} />}
    </>
  );
}
