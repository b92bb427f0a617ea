import { classVector, isoDateSchema, storable, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { quantisationSchema } from './manifest.ts';
import { z } from './zod.ts';

export const ALIASES = ['champion', 'challenger', 'shadow'] as const;
export type Alias = (typeof ALIASES)[number];
export const VERSION_PATTERN = /^v\d+_\d+_\d+$/;
export const versionNameSchema = z.string().regex(VERSION_PATTERN, 'a version reads v0_3_1');

/** Length of the embedding, which has unit length. */
export const EMBEDDING_SIZE = 64;

const figure = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();

const perClass = z.array(figure);

/** Figures of one split, label source and mix, as metrics.json holds them; null where the rows cannot tell. */
export const metricsBlockSchema = z.object({
  rows: z.number().int(),
  macro_f1: figure,
  macro_f1_interval: interval.optional(),
  ece: figure,
  ece_interval: interval.optional(),
  /** Of the uncalibrated network. */
  ece_before: figure.optional(),
  classwise_ece: perClass.optional(),
  pole_rows: z.number().int().optional(),
  pole_mae: figure.optional(),
  pole_mae_interval: interval.optional(),
  pole_median: figure.optional(),
  per_class: z.array(
    z.object({
      class: z.string(),
      precision: figure,
      recall: figure,
      f1: figure,
      pr_auc: figure,
      support: z.number(),
      /** [recall, precision] pairs. */
      pr_curve: z.array(z.tuple([z.number(), z.number()])).nullish(),
    }),
  ),
  /** Rows the truth, columns the prediction. */
  confusion: z.array(z.array(z.number())).optional(),
  /** 15 equal-width bins of the top probability. */
  reliability: z
    .object({
      weight: z.array(z.number()),
      confidence: z.array(z.number()),
      accuracy: z.array(z.number()),
    })
    .optional(),
  /** By each class's own operating threshold; natural mix only. */
  threshold_f1: perClass.optional(),
  threshold_macro_f1: figure.optional(),
});

export const versionSchema = z.object({
  name: versionNameSchema,
  aliases: z.array(z.enum(ALIASES)),
  runId: z.number().int().nullable(),
  datasetHash: z.string(),
  featureSchema: z.number().int(),
  modelSha256: z.string(),
  modelBytes: z.number().int(),
  createdAt: isoDateSchema,
  /** Headline figures of the test split, all sources. */
  test: z.object({ sampled: metricsBlockSchema.nullable(), natural: metricsBlockSchema.nullable() }),
  /** Stored windows this version has predicted, of all. */
  predicted: z.object({ windows: z.number().int(), total: z.number().int() }),
});
export type Version = z.infer<typeof versionSchema>;

/** Everything a browser needs to run a version: checked against this app's own schema and class map before use. */
export const servedModelSchema = z.object({
  version: versionNameSchema,
  sha256: z.string(),
  bytes: z.number().int(),
  url: z.string(),
  featureSchema: z.number().int(),
  classMap: z.array(z.string()),
  temperatures: classVector,
  biases: classVector,
  thresholds: z.array(z.number().nullable()),
  quantisation: quantisationSchema,
});
export type ServedModel = z.infer<typeof servedModelSchema>;

const byName = z.object({ name: versionNameSchema });

export const modelsApi = {
  listVersions: endpoint({
    id: 'listVersions',
    method: 'GET',
    path: '/models',
    access: 'admin',
    summary: 'Model versions, newest first, and the log of alias changes',
    out: z.object({
      versions: z.array(versionSchema),
      log: z.array(
        z.object({
          alias: z.enum(ALIASES),
          version: z.string(),
          reason: z.string(),
          actor: z.string(),
          at: isoDateSchema,
        }),
      ),
    }),
  }),
  getMetrics: endpoint({
    id: 'getMetrics',
    method: 'GET',
    path: '/models/{name}/metrics',
    access: 'admin',
    summary: "A version's metrics.json",
    params: byName,
    out: z.record(z.string(), z.unknown()),
  }),
  servedModel: endpoint({
    id: 'servedModel',
    method: 'GET',
    path: '/aliases/champion',
    access: 'analyst',
    summary: 'The champion, for a browser to run; null before the first promotion',
    out: z.object({ model: servedModelSchema.nullable() }),
  }),
  modelFile: endpoint({
    id: 'modelFile',
    method: 'GET',
    path: '/models/{name}/model.onnx',
    access: 'analyst',
    summary: "A version's ONNX file",
    params: byName,
    out: z.unknown(),
    binary: 'application/octet-stream',
  }),
  promote: endpoint({
    id: 'promote',
    method: 'POST',
    path: '/models/{name}/promote',
    access: 'admin',
    summary:
      'Point an alias at a version; the log keeps who and why, and prediction of all stored windows starts',
    params: byName,
    body: z.object({
      alias: z.enum(ALIASES).default('champion'),
      reason: z.string().overwrite(storable).trim().min(3).max(500),
    }),
    out: z.object({ jobId: uuidSchema.nullable() }),
  }),
  predictWindows: endpoint({
    id: 'predictWindows',
    method: 'POST',
    path: '/models/{name}/predict',
    access: 'admin',
    summary: 'Predict every stored window that this version has not, as a job',
    params: byName,
    out: z.object({ jobId: uuidSchema }),
  }),
};
