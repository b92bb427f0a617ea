import type { Bars } from '@/lib/core/bar.ts';
import { storage } from '../storage.ts';
import { doublesOf, selectChunks, sqlText } from './duckdb.ts';
import { gatherBars, STORED_BAR, selectBars } from './store.ts';

/** The rows of a bar file with their numbers: they are written in the order of time. */
const numberedRows = (key: string): string =>
  `read_parquet(${sqlText(storage.path(key))}, file_row_number = true)`;

/**
 * Bars `[from, to)` of those stored under `key`, put together `level` at a time from `from` on: the first one's stamp
 * and open, the last one's close, extremes of highs and lows, sums of volumes (of taker volume only where all are known).
 * @param from a multiple of `level`
 * @returns fewer where the series ends before `to`
 */
export async function readBuckets(key: string, from: number, to: number, level: number): Promise<Bars> {
  const rows = `FROM ${numberedRows(key)} WHERE file_row_number >= ${from} AND file_row_number < ${to}`;
  const sql =
    level === 1
      ? `SELECT ${STORED_BAR} ${rows} ORDER BY file_row_number`
      : `SELECT min(ts)::DOUBLE, arg_min(open, file_row_number), max(high), min(low), arg_max(close, file_row_number),
           sum(volume), sum(coalesce(taker_buy_volume, 'nan'::DOUBLE)) ${rows}
         GROUP BY file_row_number // ${level} ORDER BY file_row_number // ${level}`;
  return gatherBars(selectBars(sql), Math.ceil((to - from) / level));
}

/** The stamp of bar `index` of those stored under `key`, or of the last where there are fewer, ms UTC. */
export async function readStampAt(key: string, index: number): Promise<number> {
  const sql = `SELECT max(ts)::DOUBLE FROM ${numberedRows(key)} WHERE file_row_number <= ${index}`;
  for await (const chunk of selectChunks(sql)) return doublesOf(chunk, 0)[0];
  throw new Error(`${key} holds no bar`);
}

/** The stamps of all bars stored under `key`, ms UTC, ascending. */
export async function readStamps(key: string): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  const sql = `SELECT ts::DOUBLE FROM ${numberedRows(key)} ORDER BY file_row_number`;
  for await (const chunk of selectChunks(sql)) parts.push(doublesOf(chunk, 0));
  const stamps = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    stamps.set(part, at);
    at += part.length;
  }
  return stamps;
}
