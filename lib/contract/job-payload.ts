import { classIdSchema, uuidSchema } from './common.ts';
import { importFileSchema } from './data.ts';
import { datasetPolicySchema } from './dataset.ts';
import { checkRequestSchema } from './dataset-check.ts';
import { z } from './zod.ts';

/** The input of each kind of job, parsed again by the worker that takes it. */
export const jobPayloads = {
  import: z.object({ file: importFileSchema.extend({ name: z.string() }), strict: z.boolean() }),
  scan: z.object({
    seriesId: z.number().int(),
    ruleSetId: z.number().int(),
    lookbackDays: z.number().int().nullable(),
    seed: z.number().int(),
  }),
  dataset: z.object({ policy: datasetPolicySchema }),
  train: z.object({ runId: z.number().int(), resume: z.boolean() }),
  predict: z.object({ version: z.string() }),
  check: checkRequestSchema.extend({ datasetId: z.number().int() }),
  gate: z.object({ version: z.string(), against: z.string().nullable() }),
  round: z.object({ roundId: z.number().int() }),
  order: z.object({
    queueId: z.number().int(),
    /** What is put into the queue before all else: what a search finds, or nothing but what its filter takes. */
    search: z.discriminatedUnion('by', [
      z.object({ by: z.literal('filter') }),
      z.object({ by: z.literal('class'), class: classIdSchema, count: z.number().int() }),
      z.object({ by: z.literal('likeness'), windowId: uuidSchema, count: z.number().int() }),
    ]),
  }),
};
export type JobPayload<Kind extends keyof typeof jobPayloads> = z.output<(typeof jobPayloads)[Kind]>;
