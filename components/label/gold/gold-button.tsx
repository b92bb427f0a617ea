'use client';

import { KeyHint } from '@/components/class/key-hint.tsx';
import { ToolButton } from '@/components/figure/tool-button.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { useLabel } from '../use-label-store.ts';
import { useGold } from './use-gold.ts';

/** Marks the window answered last as gold, or takes that back; M does the same. For reviewers. */
export function GoldButton() {
  const last = useLabel((state) => state.answers.at(0));
  const toggle = useGold((state) => state.toggle);
  const marked = useGold((state) => last !== undefined && state.marks.has(last.id));
  const press = () => void (last && toggle(last));
  useHotkeys({ m: press });
  return (
    <ToolButton
      pressed={marked}
      tone="warn"
      disabled={last === undefined}
      title={
        marked
          ? 'The window answered last is marked as gold; M takes that back'
          : 'Mark the window answered last as gold: its class is beyond doubt'
      }
      onPress={press}
    >
      <KeyHint keys="M" does="gold" />
    </ToolButton>
  );
}
