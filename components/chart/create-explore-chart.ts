import {
  CandlestickSeries,
  HistogramSeries,
  type Logical,
  PriceScaleMode,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { BucketRun } from '@/lib/client/explore/tiles.ts';
import type { Viewport } from '@/lib/client/explore/viewport.ts';
import { applyPalette, createBaseChart, paneTopsOf } from './base-chart.ts';
import { drawExploreFrame, type ExploreFrame } from './draw-explore-frame.ts';
import { Overlay } from './overlay.ts';
import { type ChartPalette, withAlpha } from './palette.ts';
import { formatPrice, formatVolume, priceDecimals } from './price-format.ts';

const PRICE_HEIGHT = 84;
const VOLUME_HEIGHT = 16;

export interface ExploreChart {
  /** Swaps the bars; the view stays. `tsOf` tells the stamp of a bar that is not here yet. */
  fill(run: BucketRun, tsOf: (bar: number) => number): void;
  setView(view: Viewport): void;
  /** What is drawn over the bars. */
  setFrame(frame: Omit<ExploreFrame, 'view' | 'palette'>): void;
  setLogarithmic(on: boolean): void;
  setPalette(palette: ChartPalette): void;
  /** CSS pixels. */
  plotWidth(): number;
  paneTops(): number[];
  /** Calls back with the pointer's place in CSS pixels from the plot's left edge, null outside. */
  onPointer(listener: (x: number | null) => void): void;
  onResize(listener: () => void): void;
  /** Where the middle of a bar of the shown level stands, for tests: the view and the candles must agree. */
  xOfBar(bar: number): number | null;
  destroy(): void;
}

/** Candles and volume of any stretch of a series at any level; what is in view is said from outside. */
export function createExploreChart(container: HTMLElement, initial: ChartPalette): ExploreChart {
  let palette = initial;
  let shown: BucketRun | null = null;
  let view: Viewport = { from: 0, to: 1 };
  let frame: Omit<ExploreFrame, 'view' | 'palette'> | null = null;
  let destroyed = false;
  const resizeListeners: (() => void)[] = [];
  const chart = createBaseChart(container, {
    timeScale: { minBarSpacing: 0.1, shiftVisibleRangeOnNewBar: false },
    handleScroll: false,
    handleScale: false,
  });
  const candles = chart.addSeries(
    CandlestickSeries,
    { borderVisible: false, priceLineVisible: false, lastValueVisible: false },
    0,
  );
  const volume = chart.addSeries(
    HistogramSeries,
    {
      priceFormat: { type: 'custom', formatter: formatVolume, minMove: 1e-8 },
      priceLineVisible: false,
      lastValueVisible: false,
    },
    1,
  );
  chart.panes()[0].setStretchFactor(PRICE_HEIGHT);
  chart.panes()[1].setStretchFactor(VOLUME_HEIGHT);
  chart.priceScale('right', 1).applyOptions({ scaleMargins: { top: 0.2, bottom: 0 } });
  const overlays = [candles, volume].map((series) => {
    const overlay = new Overlay(drawExploreFrame);
    series.attachPrimitive(overlay);
    return overlay;
  });

  function paint(): void {
    applyPalette(chart, palette);
    candles.applyOptions({
      upColor: palette.up,
      wickUpColor: palette.up,
      downColor: palette.down,
      wickDownColor: palette.down,
    });
    volume.applyOptions({ color: withAlpha(palette.dim, 0.5) });
  }

  function showView(): void {
    if (shown === null || shown.bars.length === 0) return;
    const { level, first } = shown;
    // The chart counts from the middle of its first bar to that of its last.
    chart.timeScale().setVisibleLogicalRange({
      from: view.from / level - first,
      to: view.to / level - first - 1,
    });
  }

  function drawOverlays(): void {
    if (frame === null) return;
    for (const overlay of overlays) overlay.set({ ...frame, view, palette });
  }

  const sizes = new ResizeObserver(() => {
    // The chart follows its container's size by its own observer and lays its panes out in the frame after.
    requestAnimationFrame(() => {
      if (destroyed) return;
      showView();
      for (const listener of resizeListeners) listener();
    });
  });
  sizes.observe(container);
  paint();

  return {
    fill(run, tsOf) {
      shown = run;
      const { candleData, volumeData } = chartBars(run, tsOf);
      const last = run.bars.close.findLast((close) => !Number.isNaN(close));
      if (last !== undefined) {
        const decimals = priceDecimals(last);
        candles.applyOptions({
          priceFormat: {
            type: 'custom',
            formatter: (price: number) => formatPrice(price, decimals),
            minMove: 10 ** -decimals,
          },
        });
      }
      candles.setData(candleData);
      volume.setData(volumeData);
      showView();
    },
    setView(next) {
      view = next;
      showView();
      drawOverlays();
    },
    setFrame(next) {
      frame = next;
      drawOverlays();
    },
    setLogarithmic: (on) =>
      chart
        .priceScale('right')
        .applyOptions({ mode: on ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal }),
    setPalette(next) {
      palette = next;
      paint();
      drawOverlays();
    },
    plotWidth: () => chart.timeScale().width(),
    paneTops: () => paneTopsOf(chart),
    onPointer: (listener) => chart.subscribeCrosshairMove(({ point }) => listener(point?.x ?? null)),
    onResize: (listener) => void resizeListeners.push(listener),
    xOfBar(bar) {
      if (shown === null) return null;
      const bucket = Math.floor(bar / shown.level) - shown.first;
      return chart.timeScale().logicalToCoordinate(bucket as Logical);
    },
    destroy() {
      destroyed = true;
      sizes.disconnect();
      chart.remove();
    },
  };
}

interface Candle {
  time: UTCTimestamp;
  open: number;
  high: number;
  low: number;
  close: number;
}
interface Gap {
  time: UTCTimestamp;
}

/** A run as the chart's series take it; what is not here yet keeps its place on the time axis. */
function chartBars({ level, first, bars }: BucketRun, tsOf: (bar: number) => number) {
  const candleData: (Candle | Gap)[] = new Array(bars.length);
  const volumeData: ({ time: UTCTimestamp; value: number } | Gap)[] = new Array(bars.length);
  for (let i = 0; i < bars.length; i++) {
    if (Number.isNaN(bars.ts[i])) {
      const gap = { time: (tsOf((first + i) * level) / 1000) as UTCTimestamp };
      candleData[i] = gap;
      volumeData[i] = gap;
      continue;
    }
    const time = (bars.ts[i] / 1000) as UTCTimestamp;
    candleData[i] = { time, open: bars.open[i], high: bars.high[i], low: bars.low[i], close: bars.close[i] };
    volumeData[i] = { time, value: bars.volume[i] };
  }
  return { candleData, volumeData };
}
