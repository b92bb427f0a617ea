import { importFileSchema } from './data.ts';
import { datasetPolicySchema } from './train.ts';
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
};
export type JobPayload<Kind extends keyof typeof jobPayloads> = z.output<(typeof jobPayloads)[Kind]>;
