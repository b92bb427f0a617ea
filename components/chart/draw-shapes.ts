import type { Logical } from 'lightweight-charts';
import type { Place, Shape } from './marks.ts';
import type { OverlayTarget } from './overlay.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Turns bars and prices into CSS pixels of a canvas. */
export interface Projection {
  /** null where a place lies outside what can be drawn. */
  readonly place: (place: Place) => Point | null;
  /** From one bar to the next. */
  readonly barWidth: number;
  /** Size of strokes and signs: 1 in the full chart. */
  readonly weight: number;
}

/** Draws what the rules found over the candles of a chart. */
export function drawMarks(
  target: OverlayTarget,
  { shapes, palette }: { shapes: readonly Shape[]; palette: ChartPalette },
): void {
  const projection: Projection = {
    place: placeOn(target),
    barWidth: target.chart.timeScale().options().barSpacing,
    weight: 1,
  };
  drawShapes(target.context, shapes, projection, palette);
}

/** Draws nothing, but tells where things lie each time that the chart is drawn. */
export function tellPlaces(
  target: OverlayTarget,
  { places, tell }: { places: readonly Place[]; tell: (points: readonly (Point | null)[]) => void },
): void {
  tell(places.map(placeOn(target)));
}

function placeOn({ chart, series }: OverlayTarget): (place: Place) => Point | null {
  const scale = chart.timeScale();
  return ({ bar, price }) => {
    const x = scale.logicalToCoordinate(bar as Logical);
    const y = series.priceToCoordinate(price);
    return x === null || y === null ? null : { x, y };
  };
}

/** Draws shapes in their order; one that lies outside what can be drawn is left out. */
export function drawShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  projection: Projection,
  palette: ChartPalette,
): void {
  for (const shape of shapes) drawShape(context, shape, projection, palette);
}

function drawShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  { place, barWidth, weight }: Projection,
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
      if (from && to) drawLine(context, from, to, (shape.thick ? 2.5 : 1.5) * weight);
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
      if (at) drawDot(context, at, palette.page, weight);
      return;
    }
    case 'arrow': {
      const at = place(shape.at);
      if (at) drawArrow(context, at, shape.up, weight);
      return;
    }
    case 'span': {
      const top = place({ bar: shape.bar, price: shape.high });
      const bottom = place({ bar: shape.bar, price: shape.low });
      if (top && bottom) drawSpan(context, top, bottom, Math.max(4 * weight, barWidth * 0.75), weight);
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

function drawDot(context: CanvasRenderingContext2D, { x, y }: Point, ground: string, weight: number): void {
  context.beginPath();
  context.arc(x, y, 3.5 * weight, 0, 2 * Math.PI);
  context.fill();
  context.lineWidth = 1.5 * weight;
  context.strokeStyle = ground;
  context.stroke();
}

/** Beside the bar, so that its candle stays in sight. */
function drawArrow(context: CanvasRenderingContext2D, { x, y }: Point, up: boolean, weight: number): void {
  const away = (up ? -1 : 1) * weight;
  const tip = y + away * 16;
  context.beginPath();
  context.moveTo(x, tip);
  context.lineTo(x - 5 * weight, tip - away * 8);
  context.lineTo(x + 5 * weight, tip - away * 8);
  context.closePath();
  context.fill();
}

function drawSpan(
  context: CanvasRenderingContext2D,
  top: Point,
  bottom: Point,
  reach: number,
  weight: number,
): void {
  context.lineWidth = 1.5 * weight;
  context.beginPath();
  for (const side of [-1, 1]) {
    const x = top.x + side * reach;
    context.moveTo(x - side * 3 * weight, top.y);
    context.lineTo(x, top.y);
    context.lineTo(x, bottom.y);
    context.lineTo(x - side * 3 * weight, bottom.y);
  }
  context.stroke();
}
