import { useEffect, useRef } from 'react';

/** What a key does, by `event.key` in lower case. */
export type Hotkeys = Readonly<Record<string, () => void>>;

/** What hotkeys must know of a key press; a KeyboardEvent has it. */
export interface KeyPress {
  readonly key: string;
  readonly repeat: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: EventTarget | null;
}

/** Keys that move through something may repeat while held; an answer may not. */
const REPEATING = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '+', '-', ',', '.']);
const TEXT_FIELDS = 'input, textarea, select, [contenteditable]';
const PRESSABLE = 'button, a[href], summary, [role="button"], [role="option"], [role="menuitem"]';

/**
 * The name under which a press is looked up; null where the page must leave it alone: a shortcut of the browser, typing
 * in a field, a held key, or Space and Enter on a control that was reached by keyboard.
 */
export function hotkeyOf(press: KeyPress): string | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (press.repeat && !REPEATING.has(press.key)) return null;
  const target = isElement(press.target) ? press.target : null;
  if (target?.closest(TEXT_FIELDS)) return null;
  if (target?.closest('dialog, [role="dialog"], [role="listbox"], [role="menu"]')) return null;
  if ((press.key === ' ' || press.key === 'Enter') && target?.closest(PRESSABLE)?.matches(':focus-visible')) {
    return null;
  }
  return press.key.toLowerCase();
}

function isElement(target: EventTarget | null): target is Element {
  return typeof Element !== 'undefined' && target instanceof Element;
}

/** Runs `keys` for the whole page while `enabled`. The map may change on every render. */
export function useHotkeys(keys: Hotkeys, enabled = true): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    if (!enabled) return;
    function onKeyDown(event: KeyboardEvent) {
      const name = hotkeyOf(event);
      const run = name === null ? undefined : current.current[name];
      if (!run) return;
      // Space would scroll, Backspace would go back, letters would start a search.
      event.preventDefault();
      run();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [enabled]);
}
