import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { BAR_COLUMNS, type BarColumn, type ColumnMapping } from '@/lib/contract/data.ts';
import type { Bars } from '@/lib/core/bar.ts';
import { bisect } from '@/lib/core/bisect.ts';
import { Refusal } from '../error.ts';
import { barsOf } from './bar-table.ts';
import { doublesOf, interruptible, sqlText, streamChunks } from './duckdb.ts';
import { placeColumns } from './guess-columns.ts';
import { sniffCsv } from './sniff-csv.ts';
import type { CsvFile } from './unpack.ts';

/** Rows in the order of time, unchecked. */
export interface OrderedRows {
  readonly bars: Bars;
  /** Which of the files each row is of, from 0. */
  readonly file: Float64Array;
  /** Its place among that file's lines that hold something, from 0. */
  readonly row: Float64Array;
}

/**
 * The rows of an import's files as they stand: what cannot be read as a number is NaN. As many as a disk holds, a few
 * thousand of them in our own memory.
 */
export class RowTable {
  private readonly files: { readonly file: CsvFile; readonly rows: number }[] = [];

  private constructor(private readonly connection: DuckDBConnection) {}

  static async create(duckdb: DuckDBInstance): Promise<RowTable> {
    const connection = await duckdb.connect();
    const columns = [...BAR_COLUMNS, 'file', 'row'].map((column) => `${column} DOUBLE`).join(', ');
    await connection.run(`CREATE TABLE rows (${columns})`);
    return new RowTable(connection);
  }

  get length(): number {
    return this.files.reduce((sum, { rows }) => sum + rows, 0);
  }

  /**
   * Reads all rows of one more cleaned CSV file.
   * @param override the columns that a person named
   * @throws Refusal where a column is not there
   */
  async load(file: CsvFile, override: ColumnMapping | undefined, signal: AbortSignal): Promise<void> {
    const layout = await sniffCsv(file);
    const places = placeColumns(layout, override, file.name);
    const schema = layout.headers.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
    const quote = layout.quoted ? `quote = '"', escape = '"'` : `quote = '', escape = ''`;
    const csv = `read_csv(${sqlText(file.path)}, auto_detect = false, header = false, delim = ${sqlText(layout.delimiter)},
      columns = {${schema}}, ${quote}, null_padding = true, strict_mode = false, parallel = false)`;
    const sql = `INSERT INTO rows
      SELECT ${selectBar(places)}, ${this.files.length}, row
      FROM (SELECT *, row_number() OVER () - 1 AS row FROM ${csv})
      WHERE row >= ${layout.hasHeader ? 1 : 0}`;
    try {
      const { rowsChanged } = await interruptible(this.connection, signal, () => this.connection.run(sql));
      this.files.push({ file, rows: rowsChanged });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Refusal('invalid', `${file.name} cannot be read: ${firstLine(error)}`);
    }
  }

  /** All rows in the order of time: of equal times the first in reading order first, those without a time last. */
  async *inOrder(signal: AbortSignal): AsyncGenerator<OrderedRows> {
    const sql = `SELECT ${BAR_COLUMNS.join(', ')}, file, row FROM rows ORDER BY ts, file, row`;
    for await (const chunk of streamChunks(this.connection, sql, signal)) {
      const [file, row] = [0, 1].map((i) => doublesOf(chunk, BAR_COLUMNS.length + i));
      yield { bars: barsOf(chunk), file, row };
    }
  }

  /** Where a row of {@link inOrder} stands, for people: its line is 1-based. */
  placeOf(fileIndex: number, row: number): { line: number; words: string } {
    const { file } = this.files[fileIndex];
    const { blankLines } = file.notes;
    // Before blank line k (from 0) there are blankLines[k] - 1 - k lines that hold something.
    const line = row + 1 + bisect(blankLines.length, (k) => blankLines[k] - 1 - k > row);
    return { line, words: `${this.files.length > 1 ? `${file.name} ` : ''}line ${line}` };
  }

  /**
   * The commonest `ts mod timeframeMs`: the grid a series' own bars lie on (US hourly bars are often stamped :30). Ties
   * go to the smaller offset; 0 where no row has a time.
   */
  async commonestGridOffset(timeframeMs: number, signal: AbortSignal): Promise<number> {
    const rest = `ts % ${timeframeMs}`;
    const found = await this.query(
      `SELECT (CASE WHEN ${rest} < 0 THEN ${rest} + ${timeframeMs} ELSE ${rest} END) + 0 AS grid_offset
       FROM rows WHERE isfinite(ts) GROUP BY grid_offset ORDER BY count(*) DESC, grid_offset LIMIT 1`,
      signal,
    );
    return found[0]?.[0] ?? 0;
  }

  /**
   * For each file the commonest step between neighbouring stamps, or null where fewer than three rows have one. Ties go
   * to the smaller step.
   */
  async commonestSteps(
    signal: AbortSignal,
  ): Promise<{ name: string; rows: number; stepMs: number | null }[]> {
    const found = await this.query(
      `SELECT file, arg_max(step, (times, -step)) FROM (
         SELECT file, step, count(*) AS times FROM (
           SELECT file, ts - lag(ts) OVER (PARTITION BY file ORDER BY ts) AS step FROM rows WHERE isfinite(ts))
         WHERE step > 0 GROUP BY file, step HAVING times >= 2)
       GROUP BY file`,
      signal,
    );
    const steps = new Map(found.map(([file, step]) => [file, step]));
    return this.files.map(({ file, rows }, i) => ({ name: file.name, rows, stepMs: steps.get(i) ?? null }));
  }

  private async query(sql: string, signal: AbortSignal): Promise<number[][]> {
    const result = await interruptible(this.connection, signal, () => this.connection.runAndReadAll(sql));
    return result.getRows().map((row) => row.map(Number));
  }
}

/** The bar columns as DOUBLE. A taker volume that is no number is a defect of the row, not an unknown: no volume then. */
function selectBar(places: Readonly<Record<BarColumn, number | null>>): string {
  const number = (column: BarColumn) => `coalesce(${doubleSql(places[column])}, 'nan')`;
  const { taker_buy_volume: taker } = places;
  const badTaker =
    taker === null ? 'false' : `${doubleSql(taker)} IS NULL AND coalesce(${textSql(taker)}, '') <> ''`;
  return BAR_COLUMNS.map((column) => {
    if (column === 'ts') return stampSql(places.ts);
    return column === 'volume'
      ? `CASE WHEN ${badTaker} THEN 'nan' ELSE ${number(column)} END`
      : number(column);
  }).join(', ');
}

const textSql = (place: number | null) => (place === null ? 'NULL' : `trim(c${place}, ' "\t\r')`);

/** Few cells need the trim, which takes longer than all the rest. */
const doubleSql = (place: number | null) =>
  place === null
    ? 'NULL::DOUBLE'
    : `coalesce(try_cast(c${place} AS DOUBLE), try_cast(${textSql(place)} AS DOUBLE))`;

/**
 * Epoch stamps by magnitude (seconds, milliseconds, microseconds, nanoseconds since 1970; the exchange changed its files
 * from ms to µs in 2025), else ISO dates, UTC where they name no zone.
 */
function stampSql(place: number | null): string {
  const value = doubleSql(place);
  return `coalesce(CASE
      WHEN abs(${value}) < 1e11 THEN ${value} * 1000
      WHEN abs(${value}) < 1e14 THEN ${value}
      WHEN abs(${value}) < 1e17 THEN ${value} / 1000
      ELSE ${value} / 1000000 END,
    epoch_ms(try_cast(${textSql(place)} AS TIMESTAMP))::DOUBLE, 'nan'::DOUBLE)`;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
