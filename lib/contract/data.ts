import { TIMEFRAME_PATTERN } from '@/lib/core/timeframe.ts';
import {
  idSchema,
  isoDateSchema,
  numericIdParams,
  perClassCounts,
  storable,
  timestampSchema,
  uuidSchema,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

export const seriesSchema = z.object({
  id: z.number().int(),
  venue: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  bars: z.number().int(),
  firstTs: timestampSchema.nullable(),
  lastTs: timestampSchema.nullable(),
  gaps: z.number().int(),
  /** Share of bars whose taker-buy volume is known. */
  takerShare: z.number(),
  synthetic: z.boolean(),
  /** The newest scan of the current bars, if any. */
  scan: z
    .object({
      ruleSetNumber: z.number().int(),
      /** False once the bars changed after it. */
      current: z.boolean(),
      validWindows: z.number().int(),
      /** Kept events a class; for `none` the sampled ones. */
      events: perClassCounts,
      nearMisses: z.number().int(),
      at: isoDateSchema,
    })
    .nullable(),
});
export type Series = z.infer<typeof seriesSchema>;

/** The columns a bar file needs; `taker_buy_volume` may be missing. */
export const BAR_COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'taker_buy_volume'] as const;
export type BarColumn = (typeof BAR_COLUMNS)[number];
/** For each bar column the header (or `#0`, `#1` … where a file has none) it is read from. */
export const columnMappingSchema = z.partialRecord(z.enum(BAR_COLUMNS), z.string());
export type ColumnMapping = z.infer<typeof columnMappingSchema>;

export const timeframeSchema = z
  .string()
  .regex(TIMEFRAME_PATTERN, 'a timeframe is a number and m, h, d or w, such as 15m or 1h');
const symbolPart = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._-]{1,40}$/, 'letters, digits, dot, dash and underscore only');

export const importFileSchema = z.object({
  uploadId: uuidSchema,
  venue: symbolPart,
  symbol: symbolPart,
  timeframe: timeframeSchema,
  columns: columnMappingSchema.optional(),
});
/** What one rejected kind of row looked like; the first few line numbers are kept. */
export const rowProblemSchema = z.object({
  kind: z.string(),
  count: z.number().int(),
  examples: z.array(z.object({ line: z.number().int(), message: z.string() })),
});
export const importReportSchema = z.object({
  seriesId: z.number().int(),
  series: z.string(),
  file: z.string(),
  rowsRead: z.number().int(),
  barsAdded: z.number().int(),
  barsUnchanged: z.number().int(),
  barsRestated: z.number().int(),
  windowsMadeStale: z.number().int(),
  gaps: z.number().int(),
  rejected: z.array(rowProblemSchema),
});
export type ImportReport = z.infer<typeof importReportSchema>;

export const filePreviewSchema = z.object({
  uploadId: uuidSchema,
  name: z.string(),
  bytes: z.number().int(),
  format: z.enum(['kline', 'headed']),
  headers: z.array(z.string()),
  columns: columnMappingSchema,
  /** Guessed from the file's name and its stamps; null where it cannot be told. */
  venue: z.string().nullable(),
  symbol: z.string().nullable(),
  timeframe: z.string().nullable(),
  sample: z.array(z.array(z.string())),
});
export type FilePreview = z.infer<typeof filePreviewSchema>;

export const ruleSetSchema = z.object({
  id: z.number().int(),
  number: z.number().int(),
  name: z.string(),
  createdAt: isoDateSchema,
});

const jobRef = z.object({ jobId: uuidSchema });

export const dataApi = {
  listSeries: endpoint({
    id: 'listSeries',
    method: 'GET',
    path: '/series',
    access: 'admin',
    summary: 'All series with their span, defects and newest scan',
    out: z.object({ series: z.array(seriesSchema), ruleSets: z.array(ruleSetSchema) }),
  }),
  uploadBars: endpoint({
    id: 'uploadBars',
    method: 'POST',
    path: '/uploads',
    access: 'admin',
    summary: 'Send one bar file (csv, csv.gz, zip); answers what it seems to be',
    query: z.object({ name: z.string().min(1).max(200).overwrite(storable) }),
    rawBody: true,
    out: filePreviewSchema,
  }),
  importBars: endpoint({
    id: 'importBars',
    method: 'POST',
    path: '/imports',
    access: 'admin',
    summary: 'Import uploaded files, one job a file',
    body: z.object({ files: z.array(importFileSchema).min(1).max(500), strict: z.boolean().default(false) }),
    out: z.object({ jobs: z.array(jobRef) }),
  }),
  scanSeries: endpoint({
    id: 'scanSeries',
    method: 'POST',
    path: '/scans',
    access: 'admin',
    summary: 'Scan series with a rule set, one job a series',
    body: z.object({
      seriesIds: z.union([z.literal('all'), z.array(idSchema).min(1).max(5000)]),
      ruleSetNumber: idSchema.default(1),
      lookbackDays: z.union([z.literal('all'), z.number().int().min(1).max(20_000)]).default(540),
    }),
    out: z.object({ jobs: z.array(jobRef) }),
  }),
  deleteSeries: endpoint({
    id: 'deleteSeries',
    method: 'DELETE',
    path: '/series/{id}',
    access: 'admin',
    summary: 'Remove a series nobody has labelled yet',
    params: numericIdParams,
    out: z.object({ ok: z.literal(true) }),
  }),
};
