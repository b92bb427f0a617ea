import { classVector, isoDateSchema, okSchema, storable, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { quantisationSchema } from './manifest.ts';
import { modelCardSchema } from './model-card.ts';
import { z } from './zod.ts';

export const ALIASES = ['champion', 'challenger', 'shadow'] as const;
export type Alias = (typeof ALIASES)[number];
export const VERSION_PATTERN = /^v\d+_\d+_\d+$/;
export const versionNameSchema = z.string().regex(VERSION_PATTERN, 'a version reads v0_3_1');

/** Length of the embedding, which has unit length. */
export const EMBEDDING_SIZE = 64;

export const figure = z.number().nullable();
/** 95 %. */
export const interval = z.tuple([z.number(), z.number()]).nullable();

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
      f1_interval: interval.optional(),
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

export type MetricsBlock = z.infer<typeof metricsBlockSchema>;

export const versionSchema = z.object({
  name: versionNameSchema,
  aliases: z.array(z.enum(ALIASES)),
  archivedAt: isoDateSchema.nullable(),
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

/** By what right an alias moved: a passed gate, a reason in its stead, the way back, or away from everything. */
export const ALIAS_CHANGES = ['promotion', 'override', 'rollback', 'withdrawal'] as const;
export const aliasEventSchema = z.object({
  alias: z.enum(ALIASES),
  change: z.enum(ALIAS_CHANGES),
  /** Null where the alias was taken away. */
  version: z.string().nullable(),
  reason: z.string(),
  actor: z.string(),
  at: isoDateSchema,
});
export type AliasEventEntry = z.infer<typeof aliasEventSchema>;

const byName = z.object({ name: versionNameSchema });
const reason = z.string().overwrite(storable).trim().min(3).max(500);

export const modelsApi = {
  listVersions: endpoint({
    id: 'listVersions',
    method: 'GET',
    path: '/models',
    access: 'admin',
    summary: 'Model versions, newest first, and the log of alias changes',
    out: z.object({
      versions: z.array(versionSchema),
      log: z.array(aliasEventSchema),
      /** The champion before this one, which one click brings back. */
      formerChampion: z.string().nullable(),
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
  getModelCard: endpoint({
    id: 'getModelCard',
    method: 'GET',
    path: '/models/{name}/card',
    access: 'admin',
    summary: 'What a version is for, what it was made from, how well it does, and what it cannot',
    params: byName,
    out: modelCardSchema,
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
  championName: endpoint({
    id: 'championName',
    method: 'GET',
    path: '/aliases/champion/name',
    access: 'analyst',
    summary: 'Which file is champion: what open pages ask every other second',
    out: z.object({ version: z.string().nullable(), sha256: z.string().nullable() }),
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
      reason,
      /** Champion without a passed gate; the log says so. */
      override: z.boolean().default(false),
    }),
    out: z.object({ jobId: uuidSchema.nullable() }),
  }),
  rollBack: endpoint({
    id: 'rollBack',
    method: 'POST',
    path: '/aliases/champion/rollback',
    access: 'admin',
    summary: 'Make a former champion champion again, the one before this where none is named',
    body: z.object({ to: versionNameSchema.optional(), reason: reason.default('rolled back') }),
    out: z.object({
      version: z.string(),
      /** What was champion until now. */
      from: z.string(),
      jobId: uuidSchema.nullable(),
    }),
  }),
  withdrawAlias: endpoint({
    id: 'withdrawAlias',
    method: 'POST',
    path: '/aliases/{alias}/withdraw',
    access: 'admin',
    summary: 'Take challenger or shadow away from its version',
    params: z.object({ alias: z.enum(ALIASES).exclude(['champion']) }),
    body: z.object({ reason: reason.default('withdrawn') }),
    out: okSchema,
  }),
  uploadModel: endpoint({
    id: 'uploadModel',
    method: 'POST',
    path: '/models/uploads',
    access: 'admin',
    summary: 'Send the ONNX file of a model that was trained elsewhere',
    query: z.object({ name: z.string().min(1).max(200).overwrite(storable) }),
    rawBody: true,
    out: z.object({ uploadId: uuidSchema }),
  }),
  importModel: endpoint({
    id: 'importModel',
    method: 'POST',
    path: '/models/imports',
    access: 'admin',
    summary:
      'Register an uploaded model with its metrics.json, if it keeps the contract; else say all that differs',
    body: z.object({ uploadId: uuidSchema, metrics: z.record(z.string(), z.unknown()) }),
    out: z.object({ name: versionNameSchema }),
  }),
  archiveVersion: endpoint({
    id: 'archiveVersion',
    method: 'POST',
    path: '/models/{name}/archive',
    access: 'admin',
    summary: 'Put a version out of the way: no alias can point at it, and its predictions go',
    params: byName,
    out: okSchema,
  }),
  restoreVersion: endpoint({
    id: 'restoreVersion',
    method: 'POST',
    path: '/models/{name}/restore',
    access: 'admin',
    summary: 'Bring an archived version back; its predictions are made again when they are asked for',
    params: byName,
    out: okSchema,
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
