import { type Logical, PriceScaleMode, type Time } from 'lightweight-charts';
import { applyPalette, createBaseChart, paneTopsOf } from './base-chart.ts';
import type { ChartData } from './chart-data.ts';
import { drawFrame } from './draw-frame.ts';
import { drawPatches } from './draw-patches.ts';
import { drawMarks, type Point, tellPlaces } from './draw-shapes.ts';
import type { ChartMarks, Place } from './marks.ts';
import { Overlay } from './overlay.ts';
import type { ChartPalette } from './palette.ts';
import { addPanes, fillPanes, PANES, paintPanes } from './panes.ts';
import { type ClassShades, NO_SHADES } from './patch-shades.ts';

/** Warm-up bars in sight beside the window's own; the rest is reached by zooming out. */
const VISIBLE_WARMUP = 32;
/** Empty bars to the right of t: nothing is known there, and nothing is shown there. */
const RIGHT_SPACE = 3;

export interface LabelChart {
  /** Swaps the data of the one chart there is; t comes to lie on the same pixel. */
  show(data: ChartData): void;
  mark(marks: ChartMarks): void;
  /** Tells where these places are drawn, now and whenever that changes; null for one that is out of sight. */
  follow(places: readonly Place[], tell: (points: readonly (Point | null)[]) => void): void;
  /** The bar nearest to so many CSS pixels from the left; null before the first window. */
  barAt(x: number): number | null;
  /** Shades the candles that a model goes by. */
  shade(shades: ClassShades): void;
  setLogarithmic(on: boolean): void;
  resetZoom(): void;
  /** Zooms about t by a factor; above 1 shows fewer bars. */
  zoom(factor: number): void;
  setPalette(palette: ChartPalette): void;
  /** Moves the crosshair by bars from where it is, or from t. */
  moveCrosshair(bars: number): void;
  clearCrosshair(): void;
  /** Calls back with the bar under the crosshair, null where there is none. */
  onCrosshair(listener: (bar: number | null) => void): void;
  /** Where t stands, in CSS pixels from the left; null before the first window. */
  lastBarX(): number | null;
  /** Top of each pane in CSS pixels. */
  paneTops(): number[];
  onResize(listener: () => void): void;
  destroy(): void;
}

/** Of the window: the upper and the lower edge of the model's image. */
function extremesOf({ candles, windowStart }: ChartData): { high: number; low: number } {
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  for (let i = windowStart; i < candles.length; i++) {
    high = Math.max(high, candles[i].high);
    low = Math.min(low, candles[i].low);
  }
  return { high, low };
}

export function createLabelChart(container: HTMLElement, initial: ChartPalette): LabelChart {
  let palette = initial;
  const chart = createBaseChart(container, {
    timeScale: { rightOffset: RIGHT_SPACE },
    handleScroll: { vertTouchDrag: false },
  });
  const series = addPanes(chart);
  const frames = [series.candles, series.volume, series.rsi, series.cvd].map((one) => {
    const frame = new Overlay(drawFrame);
    one.attachPrimitive(frame);
    return frame;
  });
  const overlaidMarks = new Overlay(drawMarks);
  series.candles.attachPrimitive(overlaidMarks);
  const overlaidPatches = new Overlay(drawPatches, 'bottom');
  series.candles.attachPrimitive(overlaidPatches);
  let shades = NO_SHADES;
  const followed = new Overlay(tellPlaces);
  series.candles.attachPrimitive(followed);
  let shown: ChartData | null = null;
  let marks: ChartMarks = { shapes: [], flip: null };
  let zoomed = false;
  let destroyed = false;
  let at: number | null = null;
  const listeners: ((bar: number | null) => void)[] = [];
  const resizeListeners: (() => void)[] = [];

  function frame(): void {
    if (shown === null) return;
    const { length } = shown;
    zoomed = false;
    chart.timeScale().setVisibleLogicalRange({
      from: shown.windowStart - VISIBLE_WARMUP - 0.5,
      to: length - 1 + RIGHT_SPACE,
    });
  }

  function fillOverlays(): void {
    if (shown === null) return;
    const { windowStart, length, later } = shown;
    overlaidPatches.set({ ...shades, ...extremesOf(shown), windowStart, palette });
    overlaidMarks.set({ shapes: marks.shapes, palette });
    frames.forEach((one, i) => {
      one.set({
        windowStart,
        later: later > 0 ? length - later : null,
        flip: PANES[i] === 'cvd' ? marks.flip : null,
        palette,
      });
    });
  }

  function crosshairTo(bar: number | null): void {
    at = bar;
    for (const listener of listeners) listener(bar);
  }

  chart.subscribeCrosshairMove(({ logical }) => {
    const last = (shown?.length ?? 0) - 1;
    crosshairTo(logical === undefined || logical < 0 || logical > last ? null : logical);
  });
  const sizes = new ResizeObserver(() => {
    // The chart follows its container's size by its own observer and lays its panes out in the frame after.
    requestAnimationFrame(() => {
      if (destroyed) return;
      if (!zoomed) frame();
      for (const listener of resizeListeners) listener();
    });
  });
  sizes.observe(container);
  for (const gesture of ['wheel', 'pointerdown'] as const) {
    container.addEventListener(
      gesture,
      () => {
        zoomed = true;
      },
      { passive: true },
    );
  }
  applyPalette(chart, palette);
  paintPanes(series, palette);

  return {
    show(data) {
      shown = data;
      fillPanes(series, data, palette);
      chart.priceScale('right').applyOptions({ autoScale: true });
      frame();
      fillOverlays();
      if (at !== null) chart.clearCrosshairPosition();
      crosshairTo(null);
    },
    mark(next) {
      marks = next;
      fillOverlays();
    },
    follow: (places, tell) => followed.set({ places, tell }),
    barAt: (x) => (shown === null ? null : chart.timeScale().coordinateToLogical(x)),
    shade(next) {
      shades = next;
      fillOverlays();
    },
    setLogarithmic(on) {
      chart
        .priceScale('right')
        .applyOptions({ mode: on ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal });
    },
    resetZoom() {
      chart.priceScale('right').applyOptions({ autoScale: true });
      frame();
    },
    zoom(factor) {
      const range = chart.timeScale().getVisibleLogicalRange();
      if (range === null) return;
      zoomed = true;
      chart
        .timeScale()
        .setVisibleLogicalRange({ from: range.to - (range.to - range.from) / factor, to: range.to });
    },
    setPalette(next) {
      palette = next;
      applyPalette(chart, palette);
      paintPanes(series, palette);
      if (shown !== null) fillPanes(series, shown, palette);
      fillOverlays();
    },
    moveCrosshair(bars) {
      if (shown === null) return;
      const { candles, length } = shown;
      const bar = Math.max(0, Math.min(length - 1, (at ?? length) + bars));
      chart.setCrosshairPosition(candles[bar].close, candles[bar].time as Time, series.candles);
      crosshairTo(bar);
    },
    clearCrosshair() {
      chart.clearCrosshairPosition();
      crosshairTo(null);
    },
    onCrosshair: (listener) => void listeners.push(listener),
    lastBarX: () => {
      const last = (shown?.length ?? 0) - 1;
      return last < 0 ? null : chart.timeScale().logicalToCoordinate(last as Logical);
    },
    paneTops: () => paneTopsOf(chart),
    onResize: (listener) => void resizeListeners.push(listener),
    destroy() {
      destroyed = true;
      sizes.disconnect();
      chart.remove();
    },
  };
}
