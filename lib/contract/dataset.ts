import {
  classIdSchema,
  idSchema,
  isoDateSchema,
  numericIdParams,
  storable,
  timestampSchema,
  uuidSchema,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

export const SPLITS = ['train', 'validation', 'test', 'unseen'] as const;
export const LABEL_SOURCES = ['record', 'weak', 'pseudo'] as const;

const share = z.number().min(0.05).max(0.4).default(0.15);
const choice = z.array(z.string()).nullable().default(null);

const policyFields = z.object({
  name: z.string().overwrite(storable).trim().min(1).max(80),
  /** Labels of record alone, or with weak labels where no person has answered. */
  sources: z.enum(['record', 'record+weak', 'weak']).default('record'),
  /** The round whose pseudo-labels stand in training where no person has answered, before weak ones; null takes none. */
  pseudoRound: idSchema.nullable().default(null),
  ruleSetNumber: idSchema.default(1),
  /** Markets (`venue:symbol`) and timeframes to take; null is all. */
  symbols: choice,
  timeframes: choice,
  /** Open time of bar t, both included; null is no limit. */
  from: timestampSchema.nullable().default(null),
  to: timestampSchema.nullable().default(null),
  /** Shares of the windows, by time, for validation and for test; the rest is training. */
  validationShare: share,
  testShare: share,
  /** First moments of validation and test instead of shares. */
  cut: z
    .object({ validationFrom: timestampSchema, testFrom: timestampSchema })
    .refine(({ validationFrom, testFrom }) => validationFrom < testFrom, {
      path: ['testFrom'],
      error: 'test must begin after validation',
    })
    .nullable()
    .default(null),
  /** Markets kept aside entirely as a second test. */
  unseenSymbols: z.array(z.string()).default([]),
  /** Rows a class at most, in each split; null is all. */
  capPerClass: z.number().int().positive().nullable().default(null),
  /** The same for single classes, instead of that; 0 leaves a class out. */
  classCaps: z.partialRecord(classIdSchema, z.number().int().nonnegative()).default({}),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
});
/** What a dataset is to be built from. */
export const datasetPolicySchema = policyFields.refine(
  ({ from, to }) => from === null || to === null || from <= to,
  { path: ['to'], error: 'the last day must not be before the first' },
);
export type DatasetPolicy = z.output<typeof datasetPolicySchema>;
/** The same as a manifest keeps it: what people call a dataset is no part of its content. */
export const keptPolicySchema = policyFields.omit({ name: true });

const classCounts = z.record(z.string(), z.number().int());
/** What a dataset holds, and what it does not. */
export const datasetSummarySchema = z.object({
  /** Rows by split, then class. */
  bySplit: z.record(z.enum(SPLITS), classCounts),
  bySource: z.record(z.string(), z.number().int()),
  /** Rows by source, then class; datasets from before it was kept have none. */
  classesBySource: z.record(z.string(), classCounts).default({}),
  cutDates: z.object({ validationFrom: z.number(), testFrom: z.number(), embargoMs: z.number() }),
  series: z.number().int(),
  /** Feature schemas that a run on it may train; datasets built before there was a second say nothing. */
  featureSchemas: z.array(z.number().int()).default([1]),
  /** Windows that did not come in, by the reason in words. */
  leftOut: z.record(z.string(), z.number().int()),
  /** What is missing or too little, a sentence each. */
  notes: z.array(z.string()).default([]),
});
export type DatasetSummary = z.output<typeof datasetSummarySchema>;
/** What a policy would build of the windows and labels of now. */
export const datasetPreviewSchema = datasetSummarySchema.extend({
  rows: z.number().int(),
  /** Stored windows of the chosen series: all rows and all that is left out. */
  windows: z.number().int(),
  /** Why nothing would be built, in words; null where it would be. */
  refusal: z.string().nullable(),
});
export type DatasetPreview = z.output<typeof datasetPreviewSchema>;

export const datasetSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  hash: z.string(),
  rows: z.number().int(),
  policy: datasetPolicySchema,
  summary: datasetSummarySchema,
  createdBy: z.string(),
  createdAt: isoDateSchema,
});
export type Dataset = z.output<typeof datasetSchema>;

/** What building one answers. */
export const datasetBuiltSchema = z.object({
  datasetId: z.number().int(),
  hash: z.string(),
  rows: z.number().int(),
  /** True where the same dataset existed already. */
  existed: z.boolean(),
});
export type DatasetBuilt = z.output<typeof datasetBuiltSchema>;

export const datasetApi = {
  listDatasets: endpoint({
    id: 'listDatasets',
    method: 'GET',
    path: '/datasets',
    access: 'admin',
    summary: 'Datasets, newest first',
    out: z.object({ datasets: z.array(datasetSchema) }),
  }),
  getDataset: endpoint({
    id: 'getDataset',
    method: 'GET',
    path: '/datasets/{id}',
    access: 'admin',
    summary: 'One dataset',
    params: numericIdParams,
    out: datasetSchema,
  }),
  previewDataset: endpoint({
    id: 'previewDataset',
    method: 'POST',
    path: '/datasets/preview',
    access: 'admin',
    summary: 'What a policy would build now, counted by what builds it; nothing is written',
    body: datasetPolicySchema,
    out: datasetPreviewSchema,
  }),
  buildDataset: endpoint({
    id: 'buildDataset',
    method: 'POST',
    path: '/datasets',
    access: 'admin',
    summary: 'Build an immutable dataset from a policy, as a job',
    body: datasetPolicySchema,
    out: z.object({ jobId: uuidSchema }),
  }),
};
