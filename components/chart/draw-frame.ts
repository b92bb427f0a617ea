import type { Logical } from 'lightweight-charts';
import { drawUpright } from './draw-upright.ts';
import type { OverlayTarget } from './overlay.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

export interface Frame {
  readonly windowStart: number;
  /** Index of the first bar after t; null where t is the last. */
  readonly later: number | null;
  /** Bar of the delta flip; null where there is none, or its mark belongs to another pane. */
  readonly flip: number | null;
  readonly palette: ChartPalette;
}

/**
 * Dims a pane's warm-up bars by a veil in the ground's colour, so that the series' own data need not know where the
 * window begins, and draws what stands upright: the end of the window before later bars, the mark of a delta flip.
 */
export function drawFrame(
  { context, height, chart }: OverlayTarget,
  { windowStart, later, flip, palette }: Frame,
): void {
  const scale = chart.timeScale();
  // Between two bars: half a bar before one (only whole bars have a coordinate).
  const edgeBefore = (bar: number): number | null => {
    const at = scale.logicalToCoordinate(bar as Logical);
    return at === null ? null : at - scale.options().barSpacing / 2;
  };
  const edge = edgeBefore(windowStart);
  if (edge !== null && edge > 0) {
    context.fillStyle = withAlpha(palette.page, 0.62);
    context.fillRect(0, 0, edge, height);
    drawUpright(context, edge, height, palette.line, []);
  }
  const end = later === null ? null : edgeBefore(later);
  if (end !== null) drawUpright(context, end, height, palette.accent, []);
  const at = flip === null ? null : scale.logicalToCoordinate(flip as Logical);
  if (at !== null) drawUpright(context, at, height, palette.accent, [3, 3]);
}
