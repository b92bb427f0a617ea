import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import { classVector } from './common.ts';
import { keptPolicySchema, SPLITS } from './dataset.ts';
import { CHECKS } from './dataset-check.ts';
import { z } from './zod.ts';

const quantisationRowSchema = z.object({
  M: z.number().positive(),
  rsiMean: z.number(),
  rsiStd: z.number().positive(),
  drMean: z.number(),
  drStd: z.number().positive(),
  p0_5: z.number(),
  p99_5: z.number(),
});
/** The quantisation table as datasets and models carry it; the rows of series go by `seriesKey`. */
export const quantisationSchema = z.object({
  schema: z.literal(1),
  global: quantisationRowSchema,
  series: z.record(z.string(), quantisationRowSchema),
}) satisfies z.ZodType<Quantisation>;

/** A series' name in a quantisation table. */
export function seriesKey(series: { venue: string; symbol: string; timeframe: string }): string {
  return `${series.venue}:${series.symbol}:${series.timeframe}`;
}

/** What lies beside the arrays of a dataset folder: enough to read them, and where every row came from. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** The feature schemas whose inputs the rows hold, by version: SHA-256 of each one's text. */
  feature_schemas: z.record(z.string(), z.string()),
  class_map: z.array(z.string()),
  rows: z.number().int(),
  image_shape: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  /** Rows whose bar t is among so many first ones of its series are marked in `listing.npy`. */
  listing_bars: z.number().int(),
  /** Of everything here but `name` and `hash` itself, the arrays' own hashes included. */
  hash: z.string(),
  name: z.string(),
  quantisation: quantisationSchema,
  /** The splits by their number in `split.npy`. */
  splits: z.array(z.enum(SPLITS)),
  /** Rows of each split, by class. */
  counts: z.record(z.string(), z.array(z.number().int())),
  cut_dates: z.object({ validation_from: z.number(), test_from: z.number(), embargo_ms: z.number() }),
  /** Share of each class among all valid windows of the training dates, and among the training rows. */
  natural_prior: classVector,
  train_prior: classVector,
  /** SHA-256 of each file's data. */
  files: z.record(z.string(), z.string()),
  /** What was found of leaks between the splits; that of hard checks is 0. */
  checks: z
    .array(z.object({ id: z.enum(CHECKS), rows: z.number().int(), found: z.number().int() }))
    .default([]),
  from: z.object({
    policy: keptPolicySchema,
    rule_set_hash: z.string(),
    /** Series by their number in `series.npy`. */
    series: z.array(
      z.object({
        venue: z.string(),
        symbol: z.string(),
        timeframe: z.string(),
        bars: z.string().nullable(),
        rows: z.number().int(),
      }),
    ),
  }),
});
export type Manifest = z.output<typeof manifestSchema>;
