import { useContext, useMemo } from 'react';
import type { Hotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { CLASS_FACTS, POLED } from '@/lib/contract/classes.ts';
import { LabelStoreContext } from './use-label-store.ts';

/** The keys while marks are moved. Of the classes only the one that has a pole: it answers with the marks as they stand. */
export function useMovingKeys(): Hotkeys {
  const store = useContext(LabelStoreContext);
  return useMemo((): Hotkeys => {
    if (store === null) return {};
    const { stepMark, nextMark, undoMark, takeMarks, leaveMarks, dropMarks, answer } = store.getState();
    return {
      arrowleft: () => stepMark(-1),
      arrowright: () => stepMark(1),
      tab: nextMark,
      u: undoMark,
      backspace: undoMark,
      enter: takeMarks,
      escape: leaveMarks,
      x: dropMarks,
      [CLASS_FACTS[POLED].key]: () => void answer(POLED),
    };
  }, [store]);
}
