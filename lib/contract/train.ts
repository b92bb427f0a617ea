import { idSchema, isoDateSchema, numericIdParams, okSchema, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { givenSettingsSchema, PRESETS, settingsSchema } from './settings.ts';
import { z } from './zod.ts';

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
  settings: settingsSchema,
  /** The run whose settings this one began with. */
  basedOnId: z.number().int().nullable(),
  /** The learning curve that it is a point of; such a run makes no version. */
  curveId: z.number().int().nullable(),
  /** The round of self-training whose student or control it trains. */
  roundId: z.number().int().nullable(),
  state: z.enum(RUN_STATES),
  /** Of a run that waits: its place in the line, 1 being the next, and the run it comes after. */
  waits: z.object({ place: z.number().int(), after: z.number().int().nullable() }).nullable(),
  /** The machine that trains it, and on what and in which precision: `CPU, 2 threads, fp32`. */
  machine: z.string().nullable(),
  device: z.string().nullable(),
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
  /** What is not the preset's. */
  settings: givenSettingsSchema.default({}),
  /** The run whose settings these began with. */
  basedOnId: idSchema.optional(),
});

/** Runs that the list answers at most; what goes on is always among them. */
export const RUNS_LISTED = 1000;

export const trainApi = {
  listRuns: endpoint({
    id: 'listRuns',
    method: 'GET',
    path: '/runs',
    access: 'admin',
    summary: 'Training runs, those going on first, then newest first',
    out: z.object({ runs: z.array(runSchema), total: z.number().int() }),
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
