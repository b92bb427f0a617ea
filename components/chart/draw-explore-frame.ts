import { placeToX, type Viewport } from '@/lib/client/explore/viewport.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { drawUpright } from './draw-upright.ts';
import type { OverlayTarget } from './overlay.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

/** What Explore draws over its bars. */
export interface ExploreFrame {
  readonly view: Viewport;
  /** The bar that keys are about. */
  readonly cursor: number;
  /** The window that ends at `bar`, in the colour of the class that is said of it; null for none. */
  readonly window: { readonly bar: number; readonly bars: number; readonly class: ClassId | null } | null;
  /** Nothing is shown from this bar on; null where nothing is hidden. */
  readonly hiddenFrom: number | null;
  readonly palette: ChartPalette;
}

/** Distance of the strokes that stand for what is hidden. */
const HATCH = 12;

/** The cursor's bar, a window as a band, and hatching where later bars are hidden. */
export function drawExploreFrame({ context, height, chart }: OverlayTarget, frame: ExploreFrame): void {
  const width = chart.timeScale().width();
  const { view, cursor, window, hiddenFrom, palette } = frame;
  const x = (place: number) => placeToX(view, place, width);
  if (hiddenFrom !== null) {
    hatch(context, Math.max(0, x(hiddenFrom)), width, height, withAlpha(palette.dim, 0.35));
  }
  if (window !== null) {
    const colour = window.class === null ? palette.accent : palette.classes[window.class];
    const left = x(window.bar + 1 - window.bars);
    const right = x(window.bar + 1);
    context.fillStyle = withAlpha(colour, 0.12);
    context.fillRect(left, 0, right - left, height);
    drawUpright(context, left, height, withAlpha(colour, 0.7), []);
    drawUpright(context, right, height, withAlpha(colour, 0.7), []);
  }
  drawUpright(context, x(cursor + 0.5), height, palette.accent, [4, 3]);
}

function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  height: number,
  colour: string,
): void {
  if (left >= right) return;
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  // From a fixed grid, so that the strokes stand still while the edge moves.
  for (let at = Math.floor((left - height) / HATCH) * HATCH; at < right; at += HATCH) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.stroke();
  context.restore();
  drawUpright(context, left, height, colour, []);
}
