import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBInstance,
} from '@duckdb/node-api';
import { BAR_COLUMNS } from '@/lib/contract/data.ts';
import { BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { doublesOf, memoryOf, sqlText, streamChunks } from './duckdb.ts';

/** DuckDB's own vector size. */
const CHUNK_ROWS = 2048;
const TYPES = BAR_FIELDS.map(() => DOUBLE);

/** Bars in the order they were put in: as many as a disk holds, a few thousand of them in our own memory. */
export class BarTable {
  private count = 0;
  private appender: DuckDBAppender | null;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly name: string,
    appender: DuckDBAppender,
  ) {
    this.appender = appender;
  }

  /** @param name of a table that `duckdb` does not have yet */
  static async create(duckdb: DuckDBInstance, name: string): Promise<BarTable> {
    const connection = await duckdb.connect();
    const columns = BAR_COLUMNS.map((column) => `${column} DOUBLE`).join(', ');
    await connection.run(`CREATE TABLE ${name} (${columns})`);
    return new BarTable(connection, name, await connection.createAppender(name));
  }

  get length(): number {
    return this.count;
  }

  /** @throws Error once the table has been read */
  append(bars: Bars): void {
    if (!this.appender) throw new Error(`bars cannot be put into ${this.name} after it was read`);
    for (let from = 0; from < bars.length; from += CHUNK_ROWS) {
      const to = Math.min(bars.length, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(TYPES, to - from);
      BAR_FIELDS.forEach((field, i) => {
        const vector = chunk.getColumnVector(i);
        memoryOf(vector).set(bars[field].subarray(from, to));
        vector.flush();
      });
      this.appender.appendDataChunk(chunk);
    }
    this.count += bars.length;
  }

  /** All bars, a few thousand at a time. One reader at a time. */
  async *stream(signal: AbortSignal): AsyncGenerator<Bars> {
    this.finish();
    for await (const chunk of streamChunks(this.connection, `FROM ${this.name}`, signal)) {
      yield barsOf(chunk);
    }
  }

  /** Writes all bars as one Parquet file. */
  async writeParquet(file: string): Promise<void> {
    this.finish();
    await this.connection.run(
      `COPY (SELECT ts::BIGINT AS ts, open, high, low, close, volume,
               CASE WHEN isnan(taker_buy_volume) THEN NULL ELSE taker_buy_volume END AS taker_buy_volume
             FROM ${this.name})
       TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }

  private finish(): void {
    this.appender?.closeSync();
    this.appender = null;
  }
}

/** The first columns of a chunk as bars. */
export function barsOf(chunk: DuckDBDataChunk): Bars {
  const [ts, open, high, low, close, volume, takerBuyVolume] = BAR_FIELDS.map((_, i) => doublesOf(chunk, i));
  return { length: chunk.rowCount, ts, open, high, low, close, volume, takerBuyVolume };
}
