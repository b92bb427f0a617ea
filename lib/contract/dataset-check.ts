import { classIdSchema, isoDateSchema, numericIdParams, timestampSchema, uuidSchema } from './common.ts';
import { SPLITS } from './dataset.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

/** What breaks one of these is no dataset: it is not published. */
export const HARD_CHECKS = ['event', 'embargo', 'bars', 'gold'] as const;
export const CHECKS = [...HARD_CHECKS, 'image', 'likeness'] as const;
export type CheckId = (typeof CHECKS)[number];

const rowNameSchema = z.object({
  venue: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  ts: timestampSchema,
  /** The hash of its bars: what it is shown by. */
  snapshot: z.string(),
  split: z.enum(SPLITS),
  label: classIdSchema,
});
export type RowName = z.infer<typeof rowNameSchema>;

/** What one check found. */
export const checkFoundSchema = z.object({
  id: z.enum(CHECKS),
  /** Rows that were looked at. */
  rows: z.number().int(),
  /** Rows that leak; null where it could not be looked into. */
  found: z.number().int().nullable(),
  /** What it had to do without, in words. */
  note: z.string().nullable(),
  /** The worst, the worst first. */
  examples: z.array(z.object({ one: rowNameSchema, other: rowNameSchema.nullable(), words: z.string() })),
});
export type CheckFound = z.infer<typeof checkFoundSchema>;

export const datasetCheckSchema = z.object({
  id: z.number().int(),
  /** Whose embeddings were compared, and from which cosine on; null where none were. */
  version: z.string().nullable(),
  cosine: z.number().nullable(),
  checks: z.array(checkFoundSchema),
  createdBy: z.string(),
  createdAt: isoDateSchema,
});
export type DatasetCheck = z.infer<typeof datasetCheckSchema>;

export const checkRequestSchema = z.object({
  /** Whose embeddings say what is alike; null asks the champion. */
  version: z.string().nullable().default(null),
  /** From this cosine on two windows are nearly one. */
  cosine: z.number().min(0.9).max(0.9999).default(0.99),
});

export const datasetCheckApi = {
  datasetChecks: endpoint({
    id: 'datasetChecks',
    method: 'GET',
    path: '/datasets/{id}/checks',
    access: 'admin',
    summary: 'What was found of leaks between the splits of a dataset, the newest check first',
    params: numericIdParams,
    out: z.object({ checks: z.array(datasetCheckSchema) }),
  }),
  checkDataset: endpoint({
    id: 'checkDataset',
    method: 'POST',
    path: '/datasets/{id}/checks',
    access: 'admin',
    summary: 'Look for leaks again, against the gold of now and by what a model finds alike, as a job',
    params: numericIdParams,
    body: checkRequestSchema,
    out: z.object({ jobId: uuidSchema }),
  }),
};
