import type { Logical } from 'lightweight-charts';
import { drawUpright } from './draw-upright.ts';
import type { OverlayTarget } from './overlay.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

export interface Frame {
  readonly windowStart: number;
  /** Bar of the delta flip; null where there is none, or its mark belongs to another pane. */
  readonly flip: number | null;
  readonly palette: ChartPalette;
}

/**
 * Dims a pane's warm-up bars by a veil in the ground's colour, so that the series' own data need not know where the
 * window begins, and draws the upright mark of a delta flip.
 */
export function drawFrame(
  { context, height, chart }: OverlayTarget,
  { windowStart, flip, palette }: Frame,
): void {
  const scale = chart.timeScale();
  const first = scale.logicalToCoordinate(windowStart as Logical);
  // Between two bars: half a bar before the window's first (only whole bars have a coordinate).
  const edge = first === null ? null : first - scale.options().barSpacing / 2;
  if (edge !== null && edge > 0) {
    context.fillStyle = withAlpha(palette.page, 0.62);
    context.fillRect(0, 0, edge, height);
    drawUpright(context, edge, height, palette.line, []);
  }
  const at = flip === null ? null : scale.logicalToCoordinate(flip as Logical);
  if (at !== null) drawUpright(context, at, height, palette.accent, [3, 3]);
}
