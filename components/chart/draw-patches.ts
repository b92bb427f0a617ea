import type { Logical } from 'lightweight-charts';
import { PATCH_SIZE, PATCHES_ACROSS } from '@/lib/core/image/occlusion.ts';
import type { OverlayTarget } from './overlay.ts';
import { type ChartPalette, withAlpha } from './palette.ts';
import type { ClassShades } from './patch-shades.ts';

/** Patches of the image's candles, where these candles stand in the chart. */
export interface Patches extends ClassShades {
  readonly windowStart: number;
  /** Extremes over the window: the image's upper and lower edge. */
  readonly high: number;
  readonly low: number;
  readonly palette: ChartPalette;
}

/** Shades the candles that the model goes by. */
export function drawPatches(
  { context, chart, series }: OverlayTarget,
  { class: subject, shades, windowStart, high, low, palette }: Patches,
): void {
  const scale = chart.timeScale();
  const half = scale.options().barSpacing / 2;
  // Only whole bars have a coordinate.
  const middleOf = (bar: number) => scale.logicalToCoordinate((windowStart + bar) as Logical);
  const edgeY = (row: number) => series.priceToCoordinate(high - ((high - low) * row) / PATCHES_ACROSS);
  for (const { patch, speaksFor, alpha } of shades) {
    const row = Math.floor(patch / PATCHES_ACROSS);
    const column = patch % PATCHES_ACROSS;
    const first = middleOf(column * PATCH_SIZE);
    const last = middleOf((column + 1) * PATCH_SIZE - 1);
    const top = edgeY(row);
    const bottom = edgeY(row + 1);
    if (first === null || last === null || top === null || bottom === null) continue;
    context.fillStyle = withAlpha(speaksFor ? palette.classes[subject] : palette.text, alpha);
    context.fillRect(first - half, top, last - first + 2 * half, bottom - top);
  }
}
