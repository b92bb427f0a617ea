import { BAR_COLUMNS, type BarColumn, type ColumnMapping } from '@/lib/contract/data.ts';
import { Refusal } from '../error.ts';

/** Headers that mean a column, most telling first, compared without case, spaces and signs. */
const KNOWN: Readonly<Record<BarColumn, readonly string[]>> = {
  ts: [
    'tsms',
    'opentime',
    'opentimems',
    'timestamp',
    'timestampms',
    'ts',
    'datetime',
    'time',
    'date',
    'unix',
    'start',
    'starttime',
  ],
  open: ['open', 'openprice', 'o'],
  high: ['high', 'highprice', 'h'],
  low: ['low', 'lowprice', 'l'],
  close: ['close', 'closeprice', 'c'],
  volume: ['volume', 'basevolume', 'basevol', 'vol', 'volumebase', 'volumebtc', 'v'],
  taker_buy_volume: [
    'takerbuyvolume',
    'takerbuybasevolume',
    'takerbuybase',
    'takerbuybaseassetvolume',
    'takerbuybasevol',
    'takerbasevolume',
    'buyvolume',
  ],
};

/** Where the exchange's 12-column kline file has them. */
const KLINE: Readonly<Record<BarColumn, number>> = {
  ts: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  taker_buy_volume: 9,
};
const KLINE_COLUMNS = 12;

export interface FileColumns {
  readonly format: 'kline' | 'headed';
  readonly hasHeader: boolean;
  /** The file's own, or `#0`, `#1` … where it has none. */
  readonly headers: readonly string[];
  /** What was guessed, by header. */
  readonly columns: ColumnMapping;
}

/** What a file's first line says about its columns. */
export function guessColumns(firstLine: readonly string[]): FileColumns {
  const hasHeader = !firstLine.some((cell) => cell !== '' && Number.isFinite(Number(cell)));
  const headers = hasHeader ? firstLine : firstLine.map((_, i) => `#${i}`);
  const byName = hasHeader ? guessByName(headers) : {};
  if (firstLine.length === KLINE_COLUMNS && (!hasHeader || byName.ts === headers[0])) {
    const byPlace = Object.fromEntries(BAR_COLUMNS.map((name) => [name, headers[KLINE[name]]]));
    return { format: 'kline', hasHeader, headers, columns: { ...byPlace, ...byName } };
  }
  if (hasHeader) return { format: 'headed', hasHeader, headers, columns: byName };
  // Without a header the usual order is all there is to go by.
  const usual = BAR_COLUMNS.slice(0, Math.min(firstLine.length, BAR_COLUMNS.length));
  return {
    format: 'headed',
    hasHeader,
    headers,
    columns: Object.fromEntries(usual.map((name, i) => [name, `#${i}`])),
  };
}

function guessByName(headers: readonly string[]): ColumnMapping {
  const plain = headers.map((header) => header.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const found: ColumnMapping = {};
  for (const name of BAR_COLUMNS) {
    const at = KNOWN[name].map((known) => plain.indexOf(known)).find((index) => index >= 0);
    if (at !== undefined) found[name] = headers[at];
  }
  return found;
}

/**
 * The place of every bar column in the file; null for taker volume where the file has none.
 * @param override what a person said, by header or `#n`; the guess fills the rest
 * @throws Refusal naming the header that is not there, or the column that nothing was found for
 */
export function placeColumns(
  file: FileColumns,
  override: ColumnMapping | undefined,
  name: string,
): Readonly<Record<BarColumn, number | null>> {
  const mapping = { ...file.columns, ...override };
  const places: Record<BarColumn, number | null> = {
    ts: null,
    open: null,
    high: null,
    low: null,
    close: null,
    volume: null,
    taker_buy_volume: null,
  };
  for (const column of BAR_COLUMNS) {
    const header = mapping[column];
    if (header !== undefined) places[column] = placeOf(file.headers, header, column, name);
    else if (column !== 'taker_buy_volume') {
      throw new Refusal(
        'invalid',
        `${name}: no column was found for ${column} among ${file.headers.join(', ')}; say which one it is.`,
      );
    }
  }
  return places;
}

function placeOf(headers: readonly string[], header: string, column: string, name: string): number {
  const exact = headers.indexOf(header);
  const numbered = /^#(\d{1,3})$/.exec(header);
  const at = exact >= 0 ? exact : numbered ? Number(numbered[1]) : -1;
  if (at >= 0 && at < headers.length) return at;
  throw new Refusal(
    'invalid',
    `${name}: ${column} was to be read from "${header}", but the columns are ${headers.join(', ')}.`,
  );
}
