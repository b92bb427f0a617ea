import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { classIdSchema } from '@/lib/contract/common.ts';
import { LABEL_SOURCES, SPLITS } from '@/lib/contract/dataset.ts';
import { z } from '@/lib/contract/zod.ts';
import { storage } from '../storage.ts';

const labelRowSchema = z.object({
  venue: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  /** Open time of bar t, ms UTC. */
  ts: z.bigint().transform(Number),
  label: classIdSchema,
  /** ATR; null where it is unknown, and of all but flags. */
  pole: z
    .number()
    .nullish()
    .transform((pole) => pole ?? null),
  /** At natural prevalence. */
  weight: z.number(),
  split: z.enum(SPLITS),
  source: z.enum(LABEL_SOURCES),
});
/** A row of a dataset's labels.parquet. */
export type LabelRow = z.output<typeof labelRowSchema>;

/**
 * The rows of a dataset in its own order: of one series together, oldest first.
 * @returns null where the dataset's folder is not here
 */
export async function readLabelRows(storageKey: string): Promise<LabelRow[] | null> {
  const key = `${storageKey}/labels.parquet`;
  if (!(await storage.exists(key))) return null;
  const file = await asyncBufferFromFile(storage.path(key));
  return z.array(labelRowSchema).parse(await parquetReadObjects({ file }));
}
