import type {
  IPrimitivePaneRenderer,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { type ChartPalette, withAlpha } from './palette.ts';

/**
 * Dims a pane's warm-up bars by a veil in the ground's colour, so that the series' own data need not know where the
 * window begins, and draws the upright mark of a delta flip where the pane has one. It hangs on a series of its pane: what
 * hangs on the pane itself is drawn under the series.
 */
export class FramePrimitive implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | null = null;
  #palette: ChartPalette;
  #windowStart = 0;
  #flip: number | null = null;

  constructor(palette: ChartPalette) {
    this.#palette = palette;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = null;
  }

  set(windowStart: number, flip: number | null, palette: ChartPalette): void {
    this.#windowStart = windowStart;
    this.#flip = flip;
    this.#palette = palette;
    this.#attached?.requestUpdate();
  }

  paneViews() {
    return [{ zOrder: () => 'top' as const, renderer: () => this.#renderer() }];
  }

  #renderer(): IPrimitivePaneRenderer | null {
    const scale = this.#attached?.chart.timeScale();
    if (!scale) return null;
    // Between two bars: half a bar before the window's first (only whole bars have a coordinate).
    const first = scale.logicalToCoordinate(this.#windowStart as Logical);
    const edge = first === null ? null : first - scale.options().barSpacing / 2;
    const flip = this.#flip === null ? null : scale.logicalToCoordinate(this.#flip as Logical);
    const palette = this.#palette;
    return {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize: { height } }) => {
          if (edge !== null && edge > 0) {
            context.fillStyle = withAlpha(palette.page, 0.62);
            context.fillRect(0, 0, edge, height);
            drawUpright(context, Math.round(edge) + 0.5, height, palette.line, []);
          }
          if (flip !== null) drawUpright(context, Math.round(flip) + 0.5, height, palette.accent, [3, 3]);
        }),
    };
  }
}

function drawUpright(
  context: CanvasRenderingContext2D,
  x: number,
  height: number,
  colour: string,
  dash: number[],
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  context.setLineDash([]);
}
