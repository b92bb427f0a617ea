import classes from './chart.module.css';
import { type ChartData, type DeltaSource, Z_MARK } from './chart-data.ts';
import { BarTime, CandleFigures, LegendRow } from './legend-row.tsx';
import { formatPrice, formatVolume } from './price-format.ts';

const DELTA_WORDS: Readonly<Record<DeltaSource, string | null>> = {
  taker: null,
  proxy: 'proxy: guessed from closes',
  unknown: 'unknown: no taker volume',
};

interface ChartLegendProps {
  data: ChartData;
  /** The bar under the crosshair; null for t. */
  bar: number | null;
  /** Top of each pane, CSS pixels. */
  tops: readonly number[];
}

/** The figures of one bar, each pane's in its upper left corner. */
export function ChartLegend({ data, bar, tops }: ChartLegendProps) {
  if (tops.length === 0) return null;
  const i = bar ?? data.length - 1;
  const candle = data.candles[i];
  const price = (value: number) => formatPrice(value, data.decimals);
  const ema = valueAt(data.ema, i);
  const cvd = valueAt(data.cvd, i);
  const rsi = valueAt(data.rsi, i);
  const z = data.volumeZ[i];
  return (
    <>
      <LegendRow top={tops[0]}>
        <BarTime ts={candle.time * 1000} />
        <CandleFigures candle={candle} decimals={data.decimals} />
        <span className={classes.ema}>EMA21 {ema === null ? '–' : price(ema)}</span>
      </LegendRow>
      <LegendRow top={tops[1]}>
        <span>
          Volume <b>{formatVolume(data.volume[i].value)}</b>
        </span>
        {Number.isFinite(z) ? (
          <span className={z >= Z_MARK ? classes.loud : undefined}>
            z {z.toFixed(1)}
            {z >= Z_MARK ? ` ≥ ${Z_MARK}` : ''}
          </span>
        ) : null}
      </LegendRow>
      <LegendRow top={tops[2]}>
        <span>
          RSI14 <b>{rsi === null ? '–' : rsi.toFixed(1)}</b>
        </span>
      </LegendRow>
      <LegendRow top={tops[3]}>
        <span>
          CVD <b>{cvd === null ? '–' : formatVolume(cvd)}</b>
        </span>
        {DELTA_WORDS[data.deltaSource] ? <span>{DELTA_WORDS[data.deltaSource]}</span> : null}
      </LegendRow>
    </>
  );
}

function valueAt(points: readonly ({ value: number } | object)[], i: number): number | null {
  const point = points[i];
  return point && 'value' in point ? point.value : null;
}
