import {
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  LineStyle,
} from 'lightweight-charts';
import type { ChartData } from './chart-data.ts';
import { type ChartPalette, withAlpha } from './palette.ts';
import { formatPrice, formatVolume } from './price-format.ts';

export const PANES = ['price', 'volume', 'rsi', 'cvd'] as const;
export type Pane = (typeof PANES)[number];
const HEIGHTS: Readonly<Record<Pane, number>> = { price: 62, volume: 12, rsi: 12, cvd: 14 };

export interface PaneSeries {
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly ema: ISeriesApi<'Line'>;
  readonly volume: ISeriesApi<'Histogram'>;
  readonly volumeLimit: ISeriesApi<'Line'>;
  readonly rsi: ISeriesApi<'Line'>;
  readonly cvd: ISeriesApi<'Line'>;
  /** RSI 30 and 70. */
  readonly rsiLines: readonly IPriceLine[];
}

const QUIET_LINE = {
  lineWidth: 1,
  priceLineVisible: false,
  lastValueVisible: false,
  crosshairMarkerVisible: false,
} as const;

/** Adds the four panes to an empty chart, without colours and data. */
export function addPanes(chart: IChartApi): PaneSeries {
  const volumeFormat = { type: 'custom', formatter: formatVolume, minMove: 1e-8 } as const;
  const series = {
    candles: chart.addSeries(CandlestickSeries, { borderVisible: false }, 0),
    ema: chart.addSeries(LineSeries, { ...QUIET_LINE, lineWidth: 2 }, 0),
    volume: chart.addSeries(
      HistogramSeries,
      { priceFormat: volumeFormat, priceLineVisible: false, lastValueVisible: false },
      1,
    ),
    volumeLimit: chart.addSeries(
      LineSeries,
      { ...QUIET_LINE, priceFormat: volumeFormat, lineStyle: LineStyle.Dotted },
      1,
    ),
    rsi: chart.addSeries(
      LineSeries,
      {
        ...QUIET_LINE,
        priceFormat: { type: 'custom', formatter: (value: number) => value.toFixed(0), minMove: 0.1 },
        // The whole scale always, so that a height means the same in every window.
        autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }),
      },
      2,
    ),
    cvd: chart.addSeries(LineSeries, { ...QUIET_LINE, priceFormat: volumeFormat }, 3),
  };
  const rsiLines = [30, 70].map((price) =>
    series.rsi.createPriceLine({ price, lineWidth: 1, lineStyle: LineStyle.Dotted, axisLabelVisible: false }),
  );
  chart.panes().forEach((pane, i) => {
    pane.setStretchFactor(HEIGHTS[PANES[i]]);
  });
  for (const [i, margins] of [
    [1, { top: 0.25, bottom: 0 }] as const,
    [2, { top: 0.1, bottom: 0.1 }] as const,
  ]) {
    chart.priceScale('right', i).applyOptions({ scaleMargins: margins });
  }
  return { ...series, rsiLines };
}

/** Colours of one theme. */
export function paintPanes(series: PaneSeries, palette: ChartPalette): void {
  series.candles.applyOptions({
    upColor: palette.up,
    wickUpColor: palette.up,
    downColor: palette.down,
    wickDownColor: palette.down,
    priceLineColor: palette.dim,
  });
  series.ema.applyOptions({ color: palette.warn });
  series.volume.applyOptions({ color: withAlpha(palette.dim, 0.5) });
  series.volumeLimit.applyOptions({ color: palette.dim });
  series.rsi.applyOptions({ color: palette.text });
  for (const line of series.rsiLines) line.applyOptions({ color: palette.dim });
  series.cvd.applyOptions({ color: palette.text });
}

/** Puts a window's data into the panes. */
export function fillPanes(series: PaneSeries, data: ChartData, palette: ChartPalette): void {
  const { decimals } = data;
  series.candles.applyOptions({
    priceFormat: {
      type: 'custom',
      formatter: (price: number) => formatPrice(price, decimals),
      minMove: 10 ** -decimals,
    },
  });
  series.candles.setData([...data.candles]);
  series.ema.setData([...data.ema]);
  // Only the loud bars carry a colour of their own; the rest take the series'.
  series.volume.setData(
    data.volume.map(({ time, value, loud }) =>
      loud ? { time, value, color: palette.text } : { time, value },
    ),
  );
  series.volumeLimit.setData([...data.volumeLimit]);
  series.rsi.setData([...data.rsi]);
  series.cvd.setData([...data.cvd]);
}
