import { classIdSchema } from '@/lib/contract/common.ts';
import { SPLITS } from '@/lib/contract/dataset.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { z } from '@/lib/contract/zod.ts';
import { selectChunks, sqlText } from '../bars/duckdb.ts';
import { storage } from '../storage.ts';
import type { CheckedRow } from './check-rows.ts';

/** Columns that `labels.parquet` has now; datasets that were built before one was kept have null there. */
const LATER_COLUMNS = [
  'snapshot VARCHAR',
  'first_ts BIGINT',
  'timeframe_ms DOUBLE',
  'event INTEGER',
  'image VARCHAR',
  'weak VARCHAR',
  'kind VARCHAR',
  'rules VARCHAR',
  'state VARCHAR',
  'answers INTEGER',
  'agreement DOUBLE',
  'people VARCHAR',
  'model VARCHAR',
  'round INTEGER',
].map((column) => {
  const [name, type] = column.split(' ');
  return `NULL::${type} AS ${name}`;
});

/** A sub-select of all rows of a dataset with all columns there are, and `place`, the number of the row in its arrays. */
export function labelRelation(storageKey: string): string {
  const file = sqlText(storage.path(`${storageKey}/labels.parquet`));
  return `(SELECT * EXCLUDE (file_row_number), file_row_number AS place FROM (
      SELECT ${LATER_COLUMNS.join(', ')} WHERE false
      UNION ALL BY NAME SELECT * FROM read_parquet(${file}, file_row_number = true)))`;
}

/**
 * What a query over label files answers, parsed.
 * @param columns what is selected, as SQL, by the name it gets
 * @param rest the query from `FROM` on
 */
export async function selectRows<Row extends object>(
  columns: Readonly<Record<keyof Row & string, string>>,
  rest: string,
  schema: z.ZodType<Row>,
  signal?: AbortSignal,
): Promise<Row[]> {
  const entries = Object.entries<string>(columns);
  const names = entries.map(([name]) => name);
  const sql = `SELECT ${entries.map(([name, as]) => `${as} AS "${name}"`).join(', ')} ${rest}`;
  const rows: Row[] = [];
  for await (const chunk of selectChunks(sql, signal))
    for (const row of chunk.getRowObjects(names)) rows.push(schema.parse(row));
  return rows;
}

const checkedRowSchema = z.object({
  snapshot: z.string(),
  venue: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  timeframeMs: z.number(),
  firstTs: z.number(),
  ts: z.number(),
  label: classIdSchema,
  split: z.enum(SPLITS),
  event: z.number(),
  image: z.string(),
});

/** The rows of a built dataset as its checks see them; null where it was built before its rows kept what these need. */
export async function readCheckedRows(storageKey: string, signal: AbortSignal): Promise<CheckedRow[] | null> {
  const from = `FROM ${labelRelation(storageKey)}`;
  const [{ old }] = await selectRows(
    { old: 'count(*) FILTER (WHERE snapshot IS NULL)::DOUBLE' },
    from,
    z.object({ old: z.number() }),
  );
  if (old > 0) return null;
  const rows = await selectRows(
    {
      snapshot: 'snapshot',
      venue: 'venue',
      symbol: 'symbol',
      timeframe: 'timeframe',
      timeframeMs: 'timeframe_ms',
      firstTs: 'first_ts::DOUBLE',
      ts: 'ts::DOUBLE',
      label: 'label',
      split: 'split',
      event: 'event',
      image: 'image',
    },
    `${from} ORDER BY place`,
    checkedRowSchema,
    signal,
  );
  return rows.map((row) => ({ ...row, series: seriesKey(row) }));
}
