import type { MouseEvent } from 'react';

/** A click must not take the focus, or Space would press the button again instead of doing what it does on the page. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}
