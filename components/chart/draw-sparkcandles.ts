import type { Bars } from '@/lib/core/bar.ts';
import { drawShapes, type Projection } from './draw-shapes.ts';
import type { Shape } from './marks.ts';
import { type ChartPalette, withAlpha } from './palette.ts';

/** A window as a thumbnail shows it. */
export interface SparkWindow {
  /** The last one is t; those before `windowStart` are not drawn. */
  readonly bars: Bars;
  /** EMA21, aligned to `bars`; NaN where unknown. */
  readonly ema: Float64Array;
  readonly windowStart: number;
  readonly shapes: readonly Shape[];
}

export interface SparkCanvas {
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel: what strokes are as thick as. */
  readonly ratio: number;
  readonly palette: ChartPalette;
  /** A strip of volume under the candles. */
  readonly volume: boolean;
}

/** Empty bars to the right of t, as in the full chart, where nothing is known. */
const RIGHT_SPACE = 1.5;
/** Above and below the candles, CSS pixels; more where a breakout's arrow stands. */
const MARGIN = 4;
const ARROW_MARGIN = 12;
/** Against those of the full chart. */
const SHAPE_WEIGHT = 0.65;
/** Of the height. */
const VOLUME_SHARE = 0.18;
/** Narrower than this from bar to bar, device pixels, candles are not laid on whole pixels: the gaps would be uneven. */
const SHARP_PITCH = 3;

/**
 * Draws a window's 64 bars over what the canvas held: candles with t always the same way from the right edge, EMA21, the
 * shapes of its rule, volume where asked for. The one renderer of every thumbnail.
 */
export function drawSparkcandles(
  context: CanvasRenderingContext2D,
  window: SparkWindow,
  canvas: SparkCanvas,
): void {
  const { ratio, palette, width, height } = canvas;
  context.clearRect(0, 0, width, height);
  if (width === 0 || height === 0) return;
  const projection = projectionOf(window, canvas);
  if (canvas.volume) drawVolume(context, window, canvas, projection);
  drawCandles(context, window, projection, palette);
  drawEma(context, window, projection, ratio, palette.warn);
  drawShapes(context, window.shapes, projection, palette);
}

interface SparkProjection extends Projection {
  readonly x: (bar: number) => number;
  readonly y: (price: number) => number;
}

function projectionOf(
  { bars, windowStart, shapes }: SparkWindow,
  { width, height, ratio, volume }: SparkCanvas,
): SparkProjection {
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  for (let i = windowStart; i < bars.length; i++) {
    if (bars.high[i] > high) high = bars.high[i];
    if (bars.low[i] < low) low = bars.low[i];
  }
  const margin = (up: boolean) =>
    ratio * (shapes.some((shape) => shape.kind === 'arrow' && shape.up === up) ? ARROW_MARGIN : MARGIN);
  const top = margin(true);
  const room = height * (volume ? 1 - VOLUME_SHARE : 1) - top - margin(false);
  const pitch = width / (bars.length - windowStart + RIGHT_SPACE);
  const x = (bar: number) => (bar - windowStart + 0.5) * pitch;
  // Bars without any range lie in the middle.
  const y = (price: number) => top + (high > low ? (high - price) / (high - low) : 0.5) * room;
  return {
    x,
    y,
    place: ({ bar, price }) => ({ x: x(bar), y: y(price) }),
    barWidth: pitch,
    weight: SHAPE_WEIGHT * ratio,
  };
}

function drawCandles(
  context: CanvasRenderingContext2D,
  { bars, windowStart }: SparkWindow,
  { x, y, barWidth }: SparkProjection,
  { up, down }: ChartPalette,
): void {
  const { body, wick } = candleWidths(barWidth);
  const isSharp = barWidth >= SHARP_PITCH;
  for (const rises of [true, false]) {
    context.fillStyle = rises ? up : down;
    for (let i = windowStart; i < bars.length; i++) {
      const open = bars.open[i];
      const close = bars.close[i];
      if (close >= open !== rises) continue;
      const left = isSharp ? Math.round(x(i) - body / 2) : x(i) - body / 2;
      const top = Math.round(y(bars.high[i]));
      const bodyTop = Math.round(y(Math.max(open, close)));
      const bodyHeight = Math.max(1, Math.round(y(Math.min(open, close))) - bodyTop);
      const tall = Math.max(1, Math.round(y(bars.low[i])) - top);
      context.fillRect(left + (body - wick) / 2, top, wick, tall);
      context.fillRect(left, bodyTop, body, bodyHeight);
    }
  }
}

/** Of a candle's body and wick; on whole pixels both odd or both even, so that the wick stands in the middle. */
function candleWidths(pitch: number): { body: number; wick: number } {
  if (pitch < SHARP_PITCH) return { body: pitch * 0.76, wick: pitch * 0.26 };
  const body = Math.max(2, Math.round(pitch * 0.72));
  const wick = Math.max(1, Math.round(pitch * 0.14));
  return { body: (body - wick) % 2 === 0 ? body : body - 1, wick };
}

function drawEma(
  context: CanvasRenderingContext2D,
  { bars, ema, windowStart }: SparkWindow,
  { x, y }: SparkProjection,
  ratio: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = ratio;
  context.lineJoin = 'round';
  context.beginPath();
  let begun = false;
  for (let i = windowStart; i < bars.length; i++) {
    if (Number.isNaN(ema[i])) continue;
    if (begun) context.lineTo(x(i), y(ema[i]));
    else context.moveTo(x(i), y(ema[i]));
    begun = true;
  }
  context.stroke();
}

function drawVolume(
  context: CanvasRenderingContext2D,
  { bars, windowStart }: SparkWindow,
  { height, palette }: SparkCanvas,
  { x, barWidth }: SparkProjection,
): void {
  let most = 0;
  for (let i = windowStart; i < bars.length; i++) most = Math.max(most, bars.volume[i]);
  if (most === 0) return;
  const { body } = candleWidths(barWidth);
  context.fillStyle = withAlpha(palette.dim, 0.5);
  for (let i = windowStart; i < bars.length; i++) {
    const tall = Math.round((bars.volume[i] / most) * height * VOLUME_SHARE);
    const left = barWidth >= SHARP_PITCH ? Math.round(x(i) - body / 2) : x(i) - body / 2;
    context.fillRect(left, height - tall, body, tall);
  }
}
