import { zipSync } from 'fflate';
import type { Bars } from '../../lib/core/bar.ts';
import { generateUniverse } from '../../lib/core/synthetic/universe.ts';
import { timeframeMs } from '../../lib/core/timeframe.ts';

export interface KlineFile {
  readonly name: string;
  readonly symbol: string;
  readonly bars: number;
  readonly bytes: Buffer;
}

/** A small market in an exchange's own form: a zip a series, with one CSV of twelve columns, no header, µs stamps. */
export function klineZips(series: number, barsPerSeries: number): KlineFile[] {
  return generateUniverse(7, { series, barsPerSeries }).map(({ symbol, timeframe, bars }) => {
    const stem = `${symbol}-${timeframe}-2025-06`;
    const csv = Buffer.from(klineCsv(bars, timeframeMs(timeframe)));
    const bytes = Buffer.from(zipSync({ [`${stem}.csv`]: csv }, { level: 1 }));
    return { name: `${stem}.zip`, symbol, bars: bars.length, bytes };
  });
}

function klineCsv(bars: Bars, timeframe: number): string {
  const lines: string[] = [];
  for (let i = 0; i < bars.length; i++) {
    const volume = bars.volume[i];
    const taker = bars.takerBuyVolume[i];
    const close = bars.close[i];
    lines.push(
      [
        bars.ts[i] * 1000,
        bars.open[i],
        bars.high[i],
        bars.low[i],
        close,
        volume,
        (bars.ts[i] + timeframe) * 1000 - 1,
        volume * close,
        Math.ceil(volume),
        taker,
        taker * close,
        0,
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}
