import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BAR_COLUMNS } from '@/lib/contract/data.ts';
import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '@/lib/core/bar.ts';
import { storage } from '../storage.ts';
import { BarTable, barsOf } from './bar-table.ts';
import { doublesOf, selectChunks, sqlText, withSpillingDuckDb } from './duckdb.ts';

export interface SeriesName {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
}

/**
 * The bars stored under `key`, oldest first, a few thousand at a time.
 * @throws Error where the file is missing or is not one that {@link withBarWriter} wrote
 */
export async function* streamBars(key: string, signal?: AbortSignal): AsyncGenerator<Bars> {
  const sql = `SELECT ${STORED_BAR} FROM read_parquet(${sqlText(storage.path(key))})`;
  let lastTs = Number.NEGATIVE_INFINITY;
  for await (const bars of selectBars(sql, signal)) {
    for (const ts of bars.ts) {
      if (!(ts > lastTs)) throw new Error(`${key} is out of order: ${ts} comes after ${lastTs}`);
      lastTs = ts;
    }
    yield bars;
  }
}

/** The bars stored under `key`, all at once. */
export async function readBars(key: string): Promise<Bars> {
  const count = `SELECT count(*)::DOUBLE FROM read_parquet(${sqlText(storage.path(key))})`;
  for await (const chunk of selectChunks(count)) return gatherBars(streamBars(key), doublesOf(chunk, 0)[0]);
  throw new Error(`${key} could not be counted`);
}

/** What DuckDB selects of a row of a bar file to make a bar of it. */
export const STORED_BAR = BAR_COLUMNS.map((column) =>
  column === 'taker_buy_volume' ? `coalesce(${column}, 'nan'::DOUBLE)` : `${column}::DOUBLE`,
).join(', ');

/** The bars that a query over bar files answers; its columns are DOUBLE and in the order of BAR_FIELDS. */
export async function* selectBars(sql: string, signal?: AbortSignal): AsyncGenerator<Bars> {
  for await (const chunk of selectChunks(sql, signal)) yield barsOf(chunk);
}

/** All bars of `stretches`, at most `room` of them, in one. */
export async function gatherBars(stretches: AsyncIterable<Bars>, room: number): Promise<Bars> {
  const all = allocateBars(room);
  let row = 0;
  for await (const bars of stretches) {
    for (const name of BAR_FIELDS) all[name].set(bars[name], row);
    row += bars.length;
  }
  return row === room ? all : sliceBars(all, 0, row);
}

export interface BarWriter {
  /** @param bars after those before */
  append(bars: Bars): void;
  /**
   * Makes of all bars one Parquet file named by their content, so that the same bars are the same file.
   * @returns its storage key
   */
  publish(): Promise<string>;
}

/** Gives `work` what takes any number of a series' bars and makes a file of them. */
export async function withBarWriter<Result>(
  { venue, symbol, timeframe }: SeriesName,
  work: (writer: BarWriter) => Promise<Result>,
): Promise<Result> {
  return storage.withScratch('bars', (folder) =>
    withSpillingDuckDb(folder, async (duckdb) => {
      const table = await BarTable.create(duckdb, 'bars_to_write');
      const content = createContentHash();
      return work({
        append(bars) {
          content.add(bars);
          table.append(bars);
        },
        async publish() {
          const key = `bars/venue=${venue}/symbol=${symbol}/timeframe=${timeframe}/${content.finish()}.parquet`;
          if (await storage.renew(key)) return key;
          const file = join(folder, 'bars.parquet');
          await table.writeParquet(file);
          await storage.publishFolder(file, key);
          return key;
        },
      });
    }),
  );
}

/** Sha-256 over those of the columns, little-endian, with one NaN for all unknown taker volumes. */
function createContentHash(): { add(bars: Bars): void; finish(): string } {
  const columns = BAR_FIELDS.map((name) => ({ name, hash: createHash('sha256') }));
  return {
    add(bars) {
      for (const { name, hash } of columns) {
        const column =
          name === 'takerBuyVolume' ? bars[name].map((v) => (Number.isNaN(v) ? Number.NaN : v)) : bars[name];
        hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
      }
    },
    finish() {
      const whole = createHash('sha256');
      for (const { hash } of columns) whole.update(hash.digest());
      return whole.digest('hex').slice(0, 40);
    },
  };
}
