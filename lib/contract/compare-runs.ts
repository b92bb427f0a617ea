import { datasetSchema, SPLITS } from './dataset.ts';
import { endpoint } from './endpoint.ts';
import { metricsBlockSchema } from './models.ts';
import { epochSchema, runSchema } from './train.ts';
import { z } from './zod.ts';

/** How many runs can be laid side by side. */
export const COMPARED = { least: 2, most: 5 } as const;

/** A block of metrics.json without its curves. */
export const measuredBlockSchema = metricsBlockSchema
  .pick({
    rows: true,
    macro_f1: true,
    macro_f1_interval: true,
    ece: true,
    ece_interval: true,
    pole_mae: true,
    pole_mae_interval: true,
  })
  .extend({
    per_class: z.array(
      metricsBlockSchema.shape.per_class.element.pick({
        class: true,
        support: true,
        f1: true,
        f1_interval: true,
      }),
    ),
  });
export type MeasuredBlock = z.output<typeof measuredBlockSchema>;

/** By split, all label sources: the sampled mix and natural prevalence. */
export const measuredSchema = z.partialRecord(
  z.enum(SPLITS),
  z.object({ sampled: measuredBlockSchema, natural: measuredBlockSchema }),
);
export type Measured = z.output<typeof measuredSchema>;

export const comparedRunSchema = z.object({
  run: runSchema,
  epochs: z.array(epochSchema),
  dataset: datasetSchema,
  /** Of the version it made, or what it measured for a learning curve; null where it did neither. */
  measured: measuredSchema.nullable(),
});
export type ComparedRun = z.output<typeof comparedRunSchema>;

export const compareRunsApi = {
  compareRuns: endpoint({
    id: 'compareRuns',
    method: 'GET',
    path: '/run-comparison',
    access: 'admin',
    summary: 'Two to five runs side by side: settings, epochs, datasets and final figures',
    query: z.object({
      runs: z
        .string()
        .regex(
          /^\d{1,9}(,\d{1,9}){1,4}$/,
          `${COMPARED.least} to ${COMPARED.most} runs by number, as in 12,14`,
        ),
    }),
    out: z.object({ runs: z.array(comparedRunSchema) }),
  }),
};
