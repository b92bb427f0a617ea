import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { allocateBars, type Bars } from '../lib/core/bar.ts';
import { timeframeMs } from '../lib/core/timeframe.ts';

const FOLDER = fileURLToPath(new URL('../../shared/data/bars', import.meta.url));

export interface RealSeries {
  readonly name: string;
  readonly timeframeMs: number;
  readonly bars: Bars;
}

/** Names of the real bars' files, none where the folder is not there. */
export function realSeriesNames(): string[] {
  return existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .filter((file) => file.endsWith('.csv.gz'))
        .sort()
    : [];
}

/** Reads one file (`ts_ms,open,high,low,close,volume,taker_buy_volume`, taker volume empty where unknown). */
export function readRealSeries(file: string): RealSeries {
  const lines = gunzipSync(readFileSync(join(FOLDER, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const bars = allocateBars(lines.length - 1);
  for (let i = 0; i < bars.length; i++) {
    const cells = lines[i + 1].split(',');
    bars.ts[i] = Number(cells[0]);
    bars.open[i] = Number(cells[1]);
    bars.high[i] = Number(cells[2]);
    bars.low[i] = Number(cells[3]);
    bars.close[i] = Number(cells[4]);
    bars.volume[i] = Number(cells[5]);
    bars.takerBuyVolume[i] = cells[6] === '' ? Number.NaN : Number(cells[6]);
  }
  const timeframe = file.replace('.csv.gz', '').split('_')[2];
  return { name: file.replace('.csv.gz', ''), timeframeMs: timeframeMs(timeframe), bars };
}
