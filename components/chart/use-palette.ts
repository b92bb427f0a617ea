import { useSyncExternalStore } from 'react';
import { type ChartPalette, GREY_PALETTE, readPalette } from './palette.ts';

let current: ChartPalette | null = null;
const listeners = new Set<() => void>();

/** The theme's colours for canvases; the component renders again when the theme changes. */
export function usePalette(): ChartPalette {
  return useSyncExternalStore(subscribe, themePalette, () => GREY_PALETTE);
}

/** The theme's colours now: read from the page once a theme, however many ask. */
export function themePalette(): ChartPalette {
  if (current === null) {
    current = readPalette(document.documentElement);
    followTheme();
  }
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A theme is a set of attributes of the page's root. */
function followTheme(): void {
  const observer = new MutationObserver(() => {
    current = readPalette(document.documentElement);
    for (const listener of listeners) listener();
  });
  observer.observe(document.documentElement, { attributes: true });
}
