import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, type DuckDBVector } from '@duckdb/node-api';
import { BAR_COLUMNS } from '@/lib/contract/data.ts';
import { allocateBars, BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { storage } from '../storage.ts';
import { sqlText, withDuckDb } from './duckdb.ts';

/** DuckDB's own vector size. */
const CHUNK_ROWS = 2048;

export interface SeriesName {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
}

/**
 * The bars stored under `key`.
 * @throws Error where the file is missing or is not one that {@link writeBars} wrote
 */
export async function readBars(key: string): Promise<Bars> {
  const file = sqlText(storage.path(key));
  return withDuckDb(async (connection) => {
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet(${file})`);
    const bars = allocateBars(Number(counted.getRows()[0]?.[0] ?? 0));
    const result = await connection.stream(
      `SELECT ts::DOUBLE, open, high, low, close, volume, coalesce(taker_buy_volume, 'nan'::DOUBLE)
       FROM read_parquet(${file}) ORDER BY ts`,
    );
    let row = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      BAR_FIELDS.forEach((name, i) => {
        bars[name].set(doublesOf(chunk.getColumnVector(i)).subarray(0, chunk.rowCount), row);
      });
      row += chunk.rowCount;
    }
    return bars;
  });
}

/**
 * Writes bars as one Parquet file named by their content, so that the same bars are the same file.
 * @returns its storage key
 */
export async function writeBars({ venue, symbol, timeframe }: SeriesName, bars: Bars): Promise<string> {
  const key = `bars/venue=${venue}/symbol=${symbol}/timeframe=${timeframe}/${hashBars(bars)}.parquet`;
  if (await storage.renew(key)) return key;
  const folder = await storage.scratch('bars');
  try {
    const file = join(folder, 'bars.parquet');
    await withDuckDb(async (connection) => {
      const table = 'bars_to_write';
      await connection.run(
        `CREATE TEMP TABLE ${table} (${BAR_COLUMNS.map((name) => `${name} DOUBLE`).join(', ')})`,
      );
      await appendBars(connection, table, bars);
      await connection.run(
        `COPY (SELECT ts::BIGINT AS ts, open, high, low, close, volume,
                 CASE WHEN isnan(taker_buy_volume) THEN NULL ELSE taker_buy_volume END AS taker_buy_volume
               FROM ${table})
         TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      await connection.run(`DROP TABLE ${table}`);
    });
    await storage.publishFolder(file, key);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return key;
}

/** Sha-256 over the columns, little-endian, with one NaN for all unknown taker volumes. */
function hashBars(bars: Bars): string {
  const hash = createHash('sha256');
  for (const name of BAR_FIELDS) {
    const column =
      name === 'takerBuyVolume' ? bars[name].map((v) => (Number.isNaN(v) ? Number.NaN : v)) : bars[name];
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex').slice(0, 40);
}

async function appendBars(connection: DuckDBConnection, table: string, bars: Bars): Promise<void> {
  const appender = await connection.createAppender(table);
  const types = BAR_FIELDS.map(() => DOUBLE);
  for (let from = 0; from < bars.length; from += CHUNK_ROWS) {
    const to = Math.min(bars.length, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, to - from);
    BAR_FIELDS.forEach((name, i) => {
      const vector = chunk.getColumnVector(i);
      doublesOf(vector).set(bars[name].subarray(from, to));
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** The memory of a column of DOUBLE. */
export function doublesOf(vector: DuckDBVector): Float64Array {
  if ('items' in vector && vector.items instanceof Float64Array) return vector.items;
  throw new TypeError(`DuckDB answered a ${vector.constructor.name} where DOUBLE was asked for`);
}
