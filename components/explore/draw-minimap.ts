import { type ChartPalette, withAlpha } from '@/components/chart/palette.ts';
import type { BucketRun } from '@/lib/client/explore/tiles.ts';
import { placeToX, type Viewport } from '@/lib/client/explore/viewport.ts';

interface MinimapCanvas {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly palette: ChartPalette;
}

const MARGIN = 4;
/** What the brush is taken by at either end, CSS pixels. */
export const HANDLE = 6;

/** Where the brush stands on a minimap of a series of `bars` bars: never so narrow that it could not be taken. */
export function brushOf(view: Viewport, bars: number, width: number): { left: number; right: number } {
  const whole = { from: 0, to: Math.max(1, bars) };
  const left = Math.max(0, placeToX(whole, view.from, width));
  const right = Math.min(width, placeToX(whole, view.to, width));
  const lack = Math.max(0, 2 * HANDLE - (right - left)) / 2;
  return { left: left - lack, right: right + lack };
}

/** Draws the whole history, from lows to highs, with a brush about what is in view. */
export function drawMinimap(
  context: CanvasRenderingContext2D,
  { bars, first, level }: BucketRun,
  series: { readonly bars: number; readonly view: Viewport; readonly cursor: number; readonly end: number },
  { width, height, ratio, palette }: MinimapCanvas,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const whole = { from: 0, to: Math.max(1, series.bars) };
  const x = (bar: number) => placeToX(whole, bar, width);
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  for (let i = 0; i < bars.length; i++) {
    if (bars.high[i] > high) high = bars.high[i];
    if (bars.low[i] < low) low = bars.low[i];
  }
  // By ratios: a history may grow a thousandfold.
  const span = Math.log(high) - Math.log(low) || 1;
  const y = (price: number) => MARGIN + ((Math.log(high) - Math.log(price)) / span) * (height - 2 * MARGIN);
  context.fillStyle = withAlpha(palette.dim, 0.75);
  const pitch = Math.max(1, x(level));
  for (let i = 0; i < bars.length; i++) {
    if (Number.isNaN(bars.high[i])) continue;
    const top = y(bars.high[i]);
    context.fillRect(x((first + i) * level), top, pitch, Math.max(1, y(bars.low[i]) - top));
  }
  if (series.end < series.bars) {
    context.fillStyle = withAlpha(palette.dim, 0.14);
    context.fillRect(x(series.end), 0, width - x(series.end), height);
  }
  const { left, right } = brushOf(series.view, series.bars, width);
  context.fillStyle = withAlpha(palette.page, 0.45);
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, width - right, height);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, 0.5, right - left - 1, height - 1);
  context.fillStyle = palette.accent;
  const grip = height / 3;
  context.fillRect(left - 1, (height - grip) / 2, 3, grip);
  context.fillRect(right - 2, (height - grip) / 2, 3, grip);
  context.fillRect(x(series.cursor + 0.5) - 0.5, 0, 1, height);
}
