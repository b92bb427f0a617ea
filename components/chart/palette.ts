import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';

/** The theme as a canvas needs it: resolved colours. */
export interface ChartPalette {
  readonly page: string;
  readonly line: string;
  readonly grid: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly warn: string;
  readonly up: string;
  readonly down: string;
  readonly classes: Readonly<Record<ClassId, string>>;
}

const UNKNOWN = '#888888';

/** Reads the theme's custom properties as they hold at `element`. */
export function readPalette(element: Element): ChartPalette {
  const style = getComputedStyle(element);
  return paletteOf((name) => style.getPropertyValue(name).trim() || UNKNOWN);
}

/** Where there is no page, as on the server: all grey. */
export const GREY_PALETTE = paletteOf(() => UNKNOWN);

function paletteOf(read: (name: string) => string): ChartPalette {
  return {
    page: read('--hy-page'),
    line: read('--hy-line'),
    grid: withAlpha(read('--hy-line'), 0.45),
    text: read('--hy-text'),
    dim: read('--hy-dim'),
    accent: read('--hy-accent'),
    warn: read('--hy-warn'),
    up: read('--hy-up'),
    down: read('--hy-down'),
    classes: Object.fromEntries(CLASS_IDS.map((id) => [id, read(`--hy-class-${id}`)])) as Record<
      ClassId,
      string
    >,
  };
}

/** `#rgb` (as a build shortens it) or `#rrggbb` with an opacity from 0 to 1; other notations are returned as they are. */
export function withAlpha(colour: string, alpha: number): string {
  if (/^#[0-9a-f]{3}$/i.test(colour)) return withAlpha(colour.replace(/[0-9a-f]/gi, '$&$&'), alpha);
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return colour;
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
