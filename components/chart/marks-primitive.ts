import type {
  IPrimitivePaneRenderer,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { ChartMarks, Place, Shape } from './marks.ts';
import { NO_MARKS } from './marks.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Turns chart places into pixels; null where a place lies outside what can be drawn. */
interface Projection {
  readonly place: (place: Place) => Point | null;
  readonly barWidth: number;
}

/** Draws what the rules found over the candles. Shapes are prepared elsewhere; this only draws. */
export class MarksPrimitive implements ISeriesPrimitive<Time> {
  #marks: ChartMarks = NO_MARKS;
  #palette: ChartPalette;
  #attached: SeriesAttachedParameter<Time> | null = null;

  constructor(palette: ChartPalette) {
    this.#palette = palette;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = null;
  }

  set(marks: ChartMarks, palette: ChartPalette): void {
    this.#marks = marks;
    this.#palette = palette;
    this.#attached?.requestUpdate();
  }

  paneViews() {
    return [{ zOrder: () => 'top' as const, renderer: () => this.#renderer() }];
  }

  #renderer(): IPrimitivePaneRenderer | null {
    const attached = this.#attached;
    if (attached === null || this.#marks.shapes.length === 0) return null;
    const projection = projectionOf(attached);
    const { shapes } = this.#marks;
    const palette = this.#palette;
    return {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context }) => {
          for (const shape of shapes) drawShape(context, shape, projection, palette);
        }),
    };
  }
}

function projectionOf({ chart, series }: SeriesAttachedParameter<Time>): Projection {
  const scale = chart.timeScale();
  const price = series as ISeriesApi<'Candlestick'>;
  return {
    place({ bar, price: value }) {
      const x = scale.logicalToCoordinate(bar as Logical);
      const y = price.priceToCoordinate(value);
      return x === null || y === null ? null : { x, y };
    },
    barWidth: scale.options().barSpacing,
  };
}

function drawShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  { place, barWidth }: Projection,
  palette: ChartPalette,
): void {
  const colour = palette.classes[shape.class];
  context.lineCap = 'round';
  context.strokeStyle = colour;
  context.fillStyle = colour;
  switch (shape.kind) {
    case 'line': {
      const from = place(shape.from);
      const to = place(shape.to);
      if (from && to) drawLine(context, from, to, shape.thick ? 2.5 : 1.5);
      return;
    }
    case 'box': {
      const from = place(shape.from);
      const to = place(shape.to);
      if (from && to) drawBox(context, from, to, barWidth / 2, colour);
      return;
    }
    case 'dot': {
      const at = place(shape.at);
      if (at) drawDot(context, at, palette.page);
      return;
    }
    case 'arrow': {
      const at = place(shape.at);
      if (at) drawArrow(context, at, shape.up);
      return;
    }
    case 'span': {
      const top = place({ bar: shape.bar, price: shape.high });
      const bottom = place({ bar: shape.bar, price: shape.low });
      if (top && bottom) drawSpan(context, top, bottom, Math.max(4, barWidth * 0.75));
    }
  }
}

function drawLine(context: CanvasRenderingContext2D, from: Point, to: Point, width: number): void {
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

function drawBox(
  context: CanvasRenderingContext2D,
  from: Point,
  to: Point,
  margin: number,
  colour: string,
): void {
  const x = from.x - margin;
  const width = to.x - from.x + 2 * margin;
  context.fillStyle = withAlpha(colour, 0.1);
  context.fillRect(x, from.y, width, to.y - from.y);
  context.lineWidth = 1;
  context.strokeStyle = withAlpha(colour, 0.7);
  context.strokeRect(x, from.y, width, to.y - from.y);
}

function drawDot(context: CanvasRenderingContext2D, { x, y }: Point, ground: string): void {
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = ground;
  context.stroke();
}

/** Beside the bar, so that its candle stays in sight. */
function drawArrow(context: CanvasRenderingContext2D, { x, y }: Point, up: boolean): void {
  const away = up ? -1 : 1;
  const tip = y + away * 16;
  context.beginPath();
  context.moveTo(x, tip);
  context.lineTo(x - 5, tip - away * 8);
  context.lineTo(x + 5, tip - away * 8);
  context.closePath();
  context.fill();
}

function drawSpan(context: CanvasRenderingContext2D, top: Point, bottom: Point, reach: number): void {
  context.lineWidth = 1.5;
  context.beginPath();
  for (const side of [-1, 1]) {
    const x = top.x + side * reach;
    context.moveTo(x - side * 3, top.y);
    context.lineTo(x, top.y);
    context.lineTo(x, bottom.y);
    context.lineTo(x - side * 3, bottom.y);
  }
  context.stroke();
}
