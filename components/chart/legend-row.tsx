import type { ReactNode } from 'react';
import classes from './chart.module.css';
import { formatBarTime, formatPrice } from './price-format.ts';

/** Figures in the upper left corner of a pane that begins `top` CSS pixels down. */
export function LegendRow({ top, children }: { top: number | undefined; children: ReactNode }) {
  return (
    <div className={classes.legend} style={{ top: (top ?? 0) + 4 }}>
      {children}
    </div>
  );
}

interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** One bar's prices, coloured as its candle is. */
export function CandleFigures({ candle, decimals }: { candle: Candle; decimals: number }) {
  const direction = candle.close >= candle.open ? 'up' : 'down';
  return (['open', 'high', 'low', 'close'] as const).map((field) => (
    <span key={field}>
      {field[0].toUpperCase()} <b data-direction={direction}>{formatPrice(candle[field], decimals)}</b>
    </span>
  ));
}

/** When a bar opens, or the first and the last of several. */
export function BarTime({ ts, lastTs = ts }: { ts: number; lastTs?: number }) {
  return (
    <span>
      {formatBarTime(ts)}
      {lastTs === ts ? '' : ` – ${formatBarTime(lastTs)}`}
    </span>
  );
}
