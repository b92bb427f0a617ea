import { open } from 'node:fs/promises';
import type { BarColumn, ColumnMapping } from '@/lib/contract/data.ts';
import { allocateBars, BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { Refusal } from '../error.ts';
import { sqlText, withDuckDb } from './duckdb.ts';
import { type FileColumns, guessColumns, placeColumns } from './guess-columns.ts';
import { doublesOf } from './store.ts';
import type { CsvFile } from './unpack.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const PREVIEW_BYTES = 65_536;

export interface CsvLayout extends FileColumns {
  readonly delimiter: string;
  readonly quoted: boolean;
  /** The first rows under the header, as they stand. */
  readonly sample: readonly (readonly string[])[];
}

/** Looks at the beginning of a cleaned CSV file. */
export async function sniffCsv(file: CsvFile): Promise<CsvLayout> {
  const start = await readStart(file.path);
  const lines = start.split('\n').filter((line) => line.trim() !== '');
  const [first] = lines;
  if (first === undefined) throw new Refusal('invalid', `${file.name} holds no lines.`);
  const delimiter = DELIMITERS.reduce((best, candidate) =>
    first.split(candidate).length > first.split(best).length ? candidate : best,
  );
  const cells = (line: string) =>
    line.split(delimiter).map((cell) => cell.trim().replace(/^"|"$/g, '').trim());
  const layout = guessColumns(cells(first));
  const sample = lines.slice(layout.hasHeader ? 1 : 0, layout.hasHeader ? 6 : 5).map(cells);
  return { ...layout, delimiter, quoted: first.includes('"') || (lines[1]?.includes('"') ?? false), sample };
}

/** The first 64 kB of a cleaned file. */
export async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PREVIEW_BYTES), 0, PREVIEW_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Rows of one file in the order of its lines: what cannot be read as a number is NaN. */
export interface CsvRows {
  readonly bars: Bars;
  /** 1-based line of each row. */
  readonly lines: Float64Array;
  /** 1 where a taker volume is there but is no number. */
  readonly badTaker: Uint8Array;
}

/**
 * Reads all rows of a cleaned CSV file as bars, unchecked.
 * @throws Refusal where a column is not there
 */
export async function readCsv(
  file: CsvFile,
  override: ColumnMapping | undefined,
  signal: AbortSignal,
): Promise<CsvRows> {
  const layout = await sniffCsv(file);
  const places = placeColumns(layout, override, file.name);
  const names = layout.headers.map((_, i) => `c${i}`);
  const schema = names.map((column) => `'${column}': 'VARCHAR'`).join(', ');
  const quote = layout.quoted ? `quote = '"', escape = '"'` : `quote = '', escape = ''`;
  const text = (column: BarColumn) =>
    places[column] === null ? 'NULL' : `trim(c${places[column]}, ' "\t\r')`;
  const number = (column: BarColumn) => `coalesce(try_cast(${text(column)} AS DOUBLE), 'nan'::DOUBLE)`;
  const sql = `
    SELECT ${stampSql(text('ts'))}, ${number('open')}, ${number('high')}, ${number('low')}, ${number('close')},
      ${number('volume')}, ${number('taker_buy_volume')},
      (coalesce(${text('taker_buy_volume')}, '') <> '' AND try_cast(${text('taker_buy_volume')} AS DOUBLE) IS NULL)::INT::DOUBLE
    FROM read_csv(${sqlText(file.path)}, auto_detect = false, header = false, delim = ${sqlText(layout.delimiter)},
      columns = {${schema}}, ${quote}, null_padding = true, strict_mode = false, parallel = false)`;
  return withDuckDb(async (connection) => {
    const parts: Float64Array[][] = [];
    let length = 0;
    try {
      const result = await connection.stream(sql);
      for (;;) {
        signal.throwIfAborted();
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) break;
        const count = chunk.rowCount;
        parts.push(
          Array.from({ length: chunk.columnCount }, (_, i) =>
            doublesOf(chunk.getColumnVector(i)).slice(0, count),
          ),
        );
        length += count;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Refusal('invalid', `${file.name} cannot be read: ${firstLine(error)}`);
    }
    return joinParts(parts, length, file, layout.hasHeader);
  });
}

/**
 * Epoch stamps by magnitude (seconds, milliseconds, microseconds, nanoseconds since 1970; the exchange changed its files
 * from ms to µs in 2025), else ISO dates, UTC where they name no zone.
 */
function stampSql(text: string): string {
  const value = `try_cast(${text} AS DOUBLE)`;
  return `coalesce(CASE
      WHEN abs(${value}) < 1e11 THEN ${value} * 1000
      WHEN abs(${value}) < 1e14 THEN ${value}
      WHEN abs(${value}) < 1e17 THEN ${value} / 1000
      ELSE ${value} / 1000000 END,
    epoch_ms(try_cast(${text} AS TIMESTAMP))::DOUBLE, 'nan'::DOUBLE)`;
}

function joinParts(parts: Float64Array[][], length: number, file: CsvFile, hasHeader: boolean): CsvRows {
  const skip = hasHeader && length > 0 ? 1 : 0;
  const bars = allocateBars(length - skip);
  const lines = new Float64Array(length - skip);
  const badTaker = new Uint8Array(length - skip);
  let row = -skip;
  for (const part of parts) {
    const drop = row < 0 ? -row : 0;
    BAR_FIELDS.forEach((name, i) => {
      bars[name].set(part[i].subarray(drop), row + drop);
    });
    badTaker.set(part[BAR_FIELDS.length].subarray(drop), row + drop);
    row += part[0].length;
  }
  const blanks = file.notes.blankLines;
  let line = 0;
  let blank = 0;
  for (let i = -skip; i < lines.length; i++) {
    line++;
    while (blanks[blank] === line) {
      blank++;
      line++;
    }
    if (i >= 0) lines[i] = line;
  }
  return { bars, lines, badTaker };
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
