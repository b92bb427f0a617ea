import {
  ColorType,
  CrosshairMode,
  createChart,
  type DeepPartial,
  type IChartApi,
  type TimeChartOptions,
} from 'lightweight-charts';
import type { ChartPalette } from './palette.ts';

/** Wide enough for any price this app formats: the plot's right edge never moves. */
export const PRICE_SCALE_WIDTH = 76;

/** An empty chart in the app's look, that follows its container's size. */
export function createBaseChart(
  container: HTMLElement,
  own: Pick<DeepPartial<TimeChartOptions>, 'timeScale' | 'handleScroll' | 'handleScale'>,
): IChartApi {
  return createChart(container, {
    autoSize: true,
    layout: {
      attributionLogo: false,
      fontSize: 11,
      fontFamily: getComputedStyle(container).fontFamily,
      panes: { enableResize: false },
    },
    rightPriceScale: { minimumWidth: PRICE_SCALE_WIDTH, borderVisible: false, entireTextOnly: true },
    crosshair: { mode: CrosshairMode.Normal },
    ...own,
    timeScale: { timeVisible: true, secondsVisible: false, borderVisible: false, ...own.timeScale },
  });
}

/** Colours of one theme, of all but the series. */
export function applyPalette(chart: IChartApi, palette: ChartPalette): void {
  const crosshairLine = { color: palette.dim, labelBackgroundColor: palette.dim };
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: palette.page },
      textColor: palette.dim,
      panes: { separatorColor: palette.line, separatorHoverColor: palette.line },
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    crosshair: { vertLine: crosshairLine, horzLine: crosshairLine },
  });
}

/** Top of each pane in CSS pixels. */
export function paneTopsOf(chart: IChartApi): number[] {
  let top = 0;
  return chart.panes().map((pane) => {
    const here = top;
    // One pixel of separator follows each pane.
    top += pane.getHeight() + 1;
    return here;
  });
}
