import { isoDateSchema, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { figure, interval, metricsBlockSchema, versionNameSchema } from './models.ts';
import { z } from './zod.ts';

/** What a version must reach before it becomes champion; the rows count as they were sampled. */
export const TARGETS = {
  /** At least. */
  macroF1: 0.6,
  /** At most. */
  ece: 0.12,
  /** At most, in ATR, on flags whose pole is known. */
  poleMae: 0.25,
  /** At most, of one image on one thread of onnxruntime-node. */
  latencyMs: 10,
} as const;

/** One figure of a version and of the one it is compared with, on the same rows. */
export const comparedSchema = z.object({
  /** Of the version. */
  own: figure,
  ownInterval: interval,
  /** Of the other one. */
  other: figure,
  otherInterval: interval,
  /** own - other, paired. */
  difference: figure,
  differenceInterval: interval,
});
export type Compared = z.infer<typeof comparedSchema>;

/** One line of the gate. */
export const gateCheckSchema = comparedSchema.extend({
  /** `macro_f1`, `class:flag`, `gold:flag`, `latency`… */
  id: z.string(),
  name: z.string(),
  target: z.object({ bound: z.enum(['least', 'most']), value: z.number() }).nullable(),
  /** Null where it decides nothing: there is nobody to be worse than, or there are too few rows to tell. */
  passed: z.boolean().nullable(),
  /** What is wrong or cannot be told, in words. */
  why: z.string().nullable(),
});
export type GateCheck = z.infer<typeof gateCheckSchema>;

/** Both versions on the same rows, in one mix of classes. */
const mixSchema = z.object({
  macroF1: comparedSchema,
  ece: comparedSchema,
  poleMae: comparedSchema,
  /** In the order of CLASS_IDS. */
  f1: z.array(comparedSchema),
  own: metricsBlockSchema,
  /** Null where there is nobody to compare with. */
  other: metricsBlockSchema.nullable(),
});
export type GateMix = z.infer<typeof mixSchema>;

export const GATE_SETS = ['test', 'unseen', 'gold'] as const;
export type GateSet = (typeof GATE_SETS)[number];
const gateSetSchema = z.object({
  set: z.enum(GATE_SETS),
  rows: z.number().int(),
  /** Rows that are near one another in time count once. */
  events: z.number().int(),
  /** Rows of the set that are left out: one of the two versions was trained on them or on their neighbours. */
  trainedOn: z.number().int(),
  sampled: mixSchema,
  /** Gold has no natural mix: nobody drew it. */
  natural: mixSchema.nullable(),
});

/** What a gate measured and what it says. */
export const gateReportSchema = z.object({
  checks: z.array(gateCheckSchema),
  /** Of one image, ms. */
  latency: z.object({ median: z.number(), p95: z.number(), images: z.number().int() }),
  sets: z.array(gateSetSchema),
  /** Whose test rows they are; null where no dataset is at hand. */
  dataset: z.object({ name: z.string(), hash: z.string() }).nullable(),
  /** The frozen gold version; null where there is none. */
  gold: z.number().int().nullable(),
  /** What had to be done without, a sentence each. */
  notes: z.array(z.string()),
});
export type GateReport = z.infer<typeof gateReportSchema>;

/** A gate without its figures. */
export const gateSummarySchema = z.object({
  id: z.number().int(),
  version: z.string(),
  /** Whom it was compared with; null where there was no champion. */
  against: z.string().nullable(),
  passed: z.boolean(),
  /** Names of the checks that failed. */
  failed: z.array(z.string()),
  by: z.string(),
  at: isoDateSchema,
});
export type GateSummary = z.infer<typeof gateSummarySchema>;

const byName = z.object({ name: versionNameSchema });

export const gateApi = {
  getGate: endpoint({
    id: 'getGate',
    method: 'GET',
    path: '/models/{name}/gate',
    access: 'admin',
    summary: 'The newest gate of a version against another one, the champion where none is named',
    params: byName,
    query: z.object({ against: versionNameSchema.optional() }),
    out: z.object({
      /** Null before the first one. */
      gate: gateSummarySchema.extend({ report: gateReportSchema }).nullable(),
      /** Why the version cannot be promoted by this gate, in words; null where it can. */
      refusal: z.string().nullable(),
    }),
  }),
  runGate: endpoint({
    id: 'runGate',
    method: 'POST',
    path: '/models/{name}/gate',
    access: 'admin',
    summary: 'Measure a version beside another one on the same rows, as a job; the result is kept',
    params: byName,
    body: z.object({
      /** The champion where none is named. */
      against: versionNameSchema.optional(),
    }),
    out: z.object({ jobId: uuidSchema }),
  }),
};
