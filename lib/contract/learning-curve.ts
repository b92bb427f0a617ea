import { classVector, idSchema, isoDateSchema } from './common.ts';
import { measuredBlockSchema } from './compare-runs.ts';
import { endpoint } from './endpoint.ts';
import { givenSettingsSchema, PRESETS } from './settings.ts';
import { RUN_STATES, runProgressSchema } from './train.ts';
import { z } from './zod.ts';

/** Shares of the labels that a learning curve trains on. */
export const CURVE_SHARES = [0.25, 0.5, 1] as const;
/** Newest curves that are listed. */
export const CURVES_LISTED = 20;

export const newCurveSchema = z.object({
  datasetId: idSchema,
  preset: z.enum(PRESETS).default('quick'),
  /** Of the first draw; each further one takes the next. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 10)
    .default(1),
  /** How often the labels are drawn anew: more draws, surer points. */
  draws: z.number().int().min(1).max(3).default(1),
  /** What is not the preset's; the share of labels is the curve's own. */
  settings: givenSettingsSchema.omit({ label_share: true }).default({}),
});
export type NewCurve = z.output<typeof newCurveSchema>;

/** What a run measured where no version was made of it. */
export const curveFiguresSchema = z.object({
  /** Rows that were trained on, by class. */
  trainingRows: classVector,
  /** On the test split. */
  test: z.object({ sampled: measuredBlockSchema, natural: measuredBlockSchema }),
});
export type CurveFigures = z.output<typeof curveFiguresSchema>;

export const curveSchema = z.object({
  id: z.number().int(),
  datasetId: z.number().int(),
  datasetName: z.string(),
  preset: z.enum(PRESETS),
  createdBy: z.string(),
  createdAt: isoDateSchema,
  /** Smaller shares first. */
  runs: z.array(
    z.object({
      id: z.number().int(),
      share: z.number(),
      seed: z.number().int(),
      state: z.enum(RUN_STATES),
      progress: runProgressSchema.nullable(),
      error: z.string().nullable(),
      figures: curveFiguresSchema.nullable(),
    }),
  ),
});
export type Curve = z.output<typeof curveSchema>;

export const learningCurveApi = {
  listLearningCurves: endpoint({
    id: 'listLearningCurves',
    method: 'GET',
    path: '/learning-curves',
    access: 'admin',
    summary: 'Learning curves, newest first, with what their runs measured',
    out: z.object({ curves: z.array(curveSchema) }),
  }),
  startLearningCurve: endpoint({
    id: 'startLearningCurve',
    method: 'POST',
    path: '/learning-curves',
    access: 'admin',
    summary: 'Train on a quarter, a half and all of the labels, to see what more of them would buy',
    body: newCurveSchema,
    out: z.object({ curveId: z.number().int(), runIds: z.array(z.number().int()) }),
  }),
};
