import { classVector } from './common.ts';
import { LABEL_SOURCES, SPLITS } from './dataset.ts';
import { quantisationSchema } from './manifest.ts';
import { metricsBlockSchema } from './models.ts';
import { z } from './zod.ts';

/** The sampled mix and natural prevalence, side by side. */
const mixesSchema = z.object({ sampled: metricsBlockSchema, natural: metricsBlockSchema });

/** `metrics.json`, as the trainer writes it beside `model.onnx`; what is not named here travels along. */
export const metricsSchema = z.looseObject({
  /** vX_Y_Z once the version is registered. */
  version: z.string().nullable(),
  class_map: z.array(z.string()),
  feature_schema_ver: z.number().int(),
  dataset_hash: z.string(),
  quantisation: quantisationSchema,
  /** Divides the logits, class by class. */
  temp_scaling: classVector,
  /** Added to the scaled logits: the way from the sampled mix to natural prevalence. */
  biases: classVector,
  /** Operating thresholds on the natural-prevalence probabilities. */
  thresholds: z.array(z.number().nullable()),
  /** By split, then by label source (`all` of them, and each apart). */
  metrics: z.partialRecord(z.enum(SPLITS), z.partialRecord(z.enum(['all', ...LABEL_SOURCES]), mixesSchema)),
  /** Rows that were trained on, by class; versions made elsewhere may not say. */
  training_rows: classVector.optional(),
  seed: z.number().int(),
  config: z.record(z.string(), z.unknown()),
});
export type Metrics = z.output<typeof metricsSchema>;
