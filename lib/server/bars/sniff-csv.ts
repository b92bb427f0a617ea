import { open } from 'node:fs/promises';
import { BAR_COLUMNS } from '@/lib/contract/data.ts';
import { Refusal } from '../error.ts';
import { type FileColumns, guessColumns } from './guess-columns.ts';
import type { CsvFile } from './unpack.ts';

const DELIMITERS = [',', ';', '\t', '|'];
/** So much of a file tells its columns, and a first look its timeframe. */
export const HEAD_BYTES = 65_536;
/** All but the taker volume, which a file may lack. */
const FEWEST_COLUMNS = BAR_COLUMNS.length - 1;
const MOST_COLUMNS = 200;

export interface CsvLayout extends FileColumns {
  readonly delimiter: string;
  readonly quoted: boolean;
  /** The first rows under the header, as they stand. */
  readonly sample: readonly (readonly string[])[];
}

/**
 * Looks at the beginning of a cleaned CSV file.
 * @throws Refusal where its first line is none of a bar file's
 */
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
  const head = cells(first);
  refuseOtherWidths(file.name, head.length);
  const layout = guessColumns(head);
  const sample = lines.slice(layout.hasHeader ? 1 : 0, layout.hasHeader ? 6 : 5).map(cells);
  return { ...layout, delimiter, quoted: first.includes('"') || (lines[1]?.includes('"') ?? false), sample };
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function refuseOtherWidths(name: string, columns: number): void {
  if (columns < FEWEST_COLUMNS) {
    const found = columns === 1 ? '1 column' : `${columns} columns`;
    throw new Refusal(
      'invalid',
      `${name} has ${found}; a bar file has at least ${FEWEST_COLUMNS}: time, open, high, low, close and volume.`,
    );
  }
  if (columns > MOST_COLUMNS) {
    throw new Refusal(
      'invalid',
      `${name} has over ${MOST_COLUMNS} columns; leave those out that are not bars'.`,
    );
  }
}
