import { idSchema, isoDateSchema, numericIdParams, okSchema, storable, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

export const SPLITS = ['train', 'validation', 'test', 'unseen'] as const;
export const LABEL_SOURCES = ['record', 'weak'] as const;
export const PRESETS = ['quick', 'standard', 'full'] as const;

export const datasetPolicySchema = z.object({
  name: z.string().overwrite(storable).trim().min(1).max(80),
  /** Labels of record alone, or with weak labels where no person has answered. */
  sources: z.enum(['record', 'record+weak', 'weak']).default('record'),
  ruleSetNumber: idSchema.default(1),
  /** Share of the time span for validation and for test; the rest is training. */
  validationShare: z.number().min(0.05).max(0.4).default(0.15),
  testShare: z.number().min(0.05).max(0.4).default(0.15),
  /** Series (`venue:symbol`) kept aside entirely as a second test. */
  unseenSymbols: z.array(z.string()).default([]),
  /** Rows a class at most, in each split; null is all. */
  capPerClass: z.number().int().positive().nullable().default(null),
  /** Series (`venue:symbol`) to take; null is all. */
  symbols: z.array(z.string()).nullable().default(null),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
});
export type DatasetPolicy = z.output<typeof datasetPolicySchema>;

/** Rows by split, class and source. */
export const datasetSummarySchema = z.object({
  bySplit: z.record(z.enum(SPLITS), z.record(z.string(), z.number().int())),
  bySource: z.record(z.string(), z.number().int()),
  cutDates: z.object({ validationFrom: z.number(), testFrom: z.number(), embargoMs: z.number() }),
  series: z.number().int(),
  /** Windows that did not come in, by the reason in words. */
  leftOut: z.record(z.string(), z.number().int()),
  /** What is missing or too little, a sentence each. */
  notes: z.array(z.string()).default([]),
});
export type DatasetSummary = z.output<typeof datasetSummarySchema>;
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

export const RUN_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
/** The trainer's epoch line as it is stored. */
export const epochSchema = z.object({
  epoch: z.number().int(),
  trainLoss: z.number(),
  validationLoss: z.number().nullable(),
  macroF1: z.number().nullable(),
  perClassF1: z.array(z.number().nullable()),
  learningRate: z.number(),
  imagesPerSecond: z.number(),
  seconds: z.number(),
});
export type Epoch = z.infer<typeof epochSchema>;
export const runProgressSchema = z.object({
  epoch: z.number().int(),
  epochs: z.number().int(),
  step: z.number().int(),
  steps: z.number().int(),
  loss: z.number(),
  imagesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
});
export const runSchema = z.object({
  id: z.number().int(),
  datasetId: z.number().int(),
  datasetName: z.string(),
  datasetHash: z.string(),
  jobId: uuidSchema.nullable(),
  preset: z.enum(PRESETS),
  seed: z.number().int(),
  state: z.enum(RUN_STATES),
  progress: runProgressSchema.nullable(),
  error: z.string().nullable(),
  /** Of the model version the run made. */
  version: z.string().nullable(),
  bestMacroF1: z.number().nullable(),
  createdBy: z.string(),
  createdAt: isoDateSchema,
  startedAt: isoDateSchema.nullable(),
  endedAt: isoDateSchema.nullable(),
});
export type Run = z.infer<typeof runSchema>;

export const newRunSchema = z.object({
  datasetId: idSchema,
  preset: z.enum(PRESETS).default('quick'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Trainer options over the preset's. */
  overrides: z
    .object({
      epochs: z.number().int().min(1).max(200).optional(),
      rows: z.number().int().min(10).optional(),
      poleWeight: z.number().min(0).max(10).optional(),
    })
    .default({}),
});

export const trainApi = {
  listDatasets: endpoint({
    id: 'listDatasets',
    method: 'GET',
    path: '/datasets',
    access: 'admin',
    summary: 'Datasets, newest first',
    out: z.object({ datasets: z.array(datasetSchema) }),
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
  listRuns: endpoint({
    id: 'listRuns',
    method: 'GET',
    path: '/runs',
    access: 'admin',
    summary: 'Training runs, newest first',
    out: z.object({ runs: z.array(runSchema) }),
  }),
  getRun: endpoint({
    id: 'getRun',
    method: 'GET',
    path: '/runs/{id}',
    access: 'admin',
    summary: 'One run with all its epochs',
    params: numericIdParams,
    out: z.object({ run: runSchema, epochs: z.array(epochSchema) }),
  }),
  startRun: endpoint({
    id: 'startRun',
    method: 'POST',
    path: '/runs',
    access: 'admin',
    summary: 'Train on a dataset, as a job',
    body: newRunSchema,
    out: z.object({ runId: z.number().int(), jobId: uuidSchema }),
  }),
  cancelRun: endpoint({
    id: 'cancelRun',
    method: 'POST',
    path: '/runs/{id}/cancel',
    access: 'admin',
    summary: 'Stop a run; its checkpoint stays',
    params: numericIdParams,
    out: okSchema,
  }),
  resumeRun: endpoint({
    id: 'resumeRun',
    method: 'POST',
    path: '/runs/{id}/resume',
    access: 'admin',
    summary: 'Go on from the last checkpoint of a cancelled or failed run',
    params: numericIdParams,
    out: z.object({ jobId: uuidSchema }),
  }),
};
