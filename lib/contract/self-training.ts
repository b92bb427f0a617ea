import { CLASS_IDS, type ClassId, NONE } from './classes.ts';
import {
  classIdSchema,
  classVector,
  idSchema,
  isoDateSchema,
  numericIdParams,
  okSchema,
  perClassCounts,
  storable,
  uuidSchema,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { comparedSchema } from './gate.ts';
import { figure, interval, versionNameSchema } from './models.ts';
import { givenSettingsSchema, PRESETS } from './settings.ts';
import { RUN_STATES } from './train.ts';
import { z } from './zod.ts';

export const ROUND_STATES = [
  'running',
  'auditing',
  'accepted',
  'rejected',
  'failed',
  'cancelled',
  'reverted',
] as const;
export type RoundState = (typeof ROUND_STATES)[number];
/** In their order. */
export const ROUND_STEPS = ['predict', 'select', 'audit', 'dataset', 'train', 'compare'] as const;
export type RoundStep = (typeof ROUND_STEPS)[number];
/** Self-trainings that the list answers at most. */
export const SELF_TRAININGS_LISTED = 50;

const everyClass = <Value>(value: (id: ClassId) => Value) =>
  Object.fromEntries(CLASS_IDS.map((id) => [id, value(id)])) as Record<ClassId, Value>;
const chance = z.number().gt(0).max(1);

/** What every round of a self-training goes by. */
export const selfTrainingSettingsSchema = z.object({
  /**
   * The teacher's probability, in the mix of the pool, from which on a class is accepted. `none` asks for more, and is
   * never accepted where a rule takes the window for a pattern.
   */
  thresholds: z.record(classIdSchema, chance).default(everyClass((id) => (id === NONE ? 0.95 : 0.9))),
  /** Pseudo-labels of a class at most. */
  caps: perClassCounts.default(everyClass((id) => (id === NONE ? 2_000 : 1_000))),
  /** A class gets so many times the pseudo-labels of the rarest class that has any, at most. */
  balance: z.number().min(1).max(1_000).default(4),
  /** Pseudo-labels of each class that people are asked about; 0 asks nobody. */
  auditPerClass: z.number().int().min(0).max(500).default(50),
  /** A class whose audited precision is surely below this ends the round. */
  precisionFloor: z.number().min(0).max(1).default(0.8),
  preset: z.enum(PRESETS).default('standard'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Of student and control alike, what is not the preset's. */
  settings: givenSettingsSchema.omit({ pseudo_labels: true }).default({}),
  /** The whole interval of the student's macro-F1 less the control's must lie above this. */
  leastGain: z.number().min(-1).max(1).default(0),
  /** Rounds in a row at most: each accepted student teaches the next. */
  rounds: z.number().int().min(1).max(10).default(1),
});
export type SelfTrainingSettings = z.output<typeof selfTrainingSettingsSchema>;

export const newSelfTrainingSchema = z.object({
  /** Its labels are what every student starts from; its validation split is what they are measured on. */
  datasetId: idSchema,
  /** The first teacher; the champion where none is named. */
  teacher: versionNameSchema.optional(),
  settings: selfTrainingSettingsSchema.default(selfTrainingSettingsSchema.parse({})),
});
export type NewSelfTraining = z.output<typeof newSelfTrainingSchema>;

const count = z.number().int();
/** How many windows of one class got how far. */
export const selectedClassSchema = z.object({
  /** The teacher's first choice. */
  likeliest: count,
  /** And above the threshold. */
  sure: count,
  /** `none` where a rule takes the window for a pattern. */
  barred: count,
  /** Sharing bars with a surer one. */
  crowded: count,
  overCap: count,
  overBalance: count,
  taken: count,
});

const selectionSchema = z.object({
  /** Windows of the training dates without a label of record. */
  pool: count,
  /** Shares by class, in the order of CLASS_IDS: of all windows that the pool stands for, and of the pool itself. */
  naturalMix: classVector,
  poolMix: classVector,
  perClass: z.record(classIdSchema, selectedClassSchema),
});

/** What people found of the pseudo-labels that they were asked about. */
export const auditedClassSchema = z.object({
  asked: count,
  /** Those of them with a label of record by now, and those whose label of record is the pseudo-label. */
  judged: count,
  right: count,
  precision: figure,
  /** 95 %, Wilson. */
  interval,
  /** Surely at or above the floor, surely below it, or not sure. */
  verdict: z.enum(['holds', 'below', 'open']),
});
export type AuditedClass = z.infer<typeof auditedClassSchema>;
const auditSchema = z.record(classIdSchema, auditedClassSchema);

const headlineSchema = z.object({
  macroF1: comparedSchema,
  ece: comparedSchema,
  poleMae: comparedSchema,
  /** In the order of CLASS_IDS. */
  f1: z.array(comparedSchema),
});
const versusSchema = z.object({ sampled: headlineSchema, natural: headlineSchema.nullable() });
export const ROUND_SETS = ['validation', 'gold'] as const;

const comparisonSchema = z.object({
  sets: z.array(
    z.object({
      set: z.enum(ROUND_SETS),
      rows: count,
      events: count,
      /** Rows left out because one of them was trained on them or on their neighbours. */
      trainedOn: count,
      /** The student beside each. */
      teacher: versusSchema,
      control: versusSchema,
    }),
  ),
  notes: z.array(z.string()),
});
export type RoundComparison = z.infer<typeof comparisonSchema>;

/** What the steps of a round found; a step that has not been done has nothing. */
export const roundReportSchema = z.object({
  selection: selectionSchema.optional(),
  /** As it was when the round went on. */
  audit: auditSchema.optional(),
  /** What the student was trained on, by source, then class in the order of CLASS_IDS. */
  trainingRows: z.record(z.enum(['record', 'weak', 'pseudo']), classVector).optional(),
  comparison: comparisonSchema.optional(),
});
export type RoundReport = z.infer<typeof roundReportSchema>;

const roundRunSchema = z.object({
  id: count,
  jobId: uuidSchema.nullable(),
  state: z.enum(RUN_STATES),
  /** Null until it has made one. */
  version: z.string().nullable(),
});

export const roundSchema = z.object({
  id: count,
  number: count,
  teacher: z.string(),
  state: z.enum(ROUND_STATES),
  step: z.enum(ROUND_STEPS),
  jobId: uuidSchema.nullable(),
  report: roundReportSchema,
  auditQueueId: count.nullable(),
  /** As people have answered by now; null where nobody is asked. */
  audit: auditSchema.nullable(),
  datasetId: count.nullable(),
  student: roundRunSchema.nullable(),
  control: roundRunSchema.nullable(),
  reason: z.string().nullable(),
  /** Who decided, by name; null where the comparison or the audit did. */
  decidedBy: z.string().nullable(),
  createdAt: isoDateSchema,
  endedAt: isoDateSchema.nullable(),
  revertedAt: isoDateSchema.nullable(),
});
export type Round = z.infer<typeof roundSchema>;

export const selfTrainingSchema = z.object({
  id: count,
  datasetId: count,
  datasetName: z.string(),
  settings: selfTrainingSettingsSchema,
  createdBy: z.string(),
  createdAt: isoDateSchema,
  /** The first one first. */
  rounds: z.array(roundSchema),
});
export type SelfTraining = z.infer<typeof selfTrainingSchema>;

const reasonSchema = z.object({
  reason: z.string().overwrite(storable).trim().min(1, 'say why').max(500),
});

export const selfTrainingApi = {
  listSelfTrainings: endpoint({
    id: 'listSelfTrainings',
    method: 'GET',
    path: '/self-trainings',
    access: 'admin',
    summary: 'Self-trainings with their rounds, newest first',
    out: z.object({ selfTrainings: z.array(selfTrainingSchema) }),
  }),
  getSelfTraining: endpoint({
    id: 'getSelfTraining',
    method: 'GET',
    path: '/self-trainings/{id}',
    access: 'admin',
    summary: 'One self-training with what its rounds found',
    params: numericIdParams,
    out: selfTrainingSchema,
  }),
  startSelfTraining: endpoint({
    id: 'startSelfTraining',
    method: 'POST',
    path: '/self-trainings',
    access: 'admin',
    summary: 'Begin rounds of self-training from a dataset and a teacher; the first begins at once, as a job',
    body: newSelfTrainingSchema,
    out: z.object({ id: count, roundId: count, jobId: uuidSchema }),
  }),
  continueRound: endpoint({
    id: 'continueRound',
    method: 'POST',
    path: '/rounds/{id}/continue',
    access: 'admin',
    summary: 'Go on with a round that waits for its audit, or that failed or was cancelled, where it stopped',
    params: numericIdParams,
    out: okSchema,
  }),
  cancelRound: endpoint({
    id: 'cancelRound',
    method: 'POST',
    path: '/rounds/{id}/cancel',
    access: 'admin',
    summary: 'Stop a round; it can go on where it stopped',
    params: numericIdParams,
    out: okSchema,
  }),
  rejectRound: endpoint({
    id: 'rejectRound',
    method: 'POST',
    path: '/rounds/{id}/reject',
    access: 'admin',
    summary: 'End a round for good: its pseudo-labels count for nothing',
    params: numericIdParams,
    body: reasonSchema,
    out: okSchema,
  }),
  revertRound: endpoint({
    id: 'revertRound',
    method: 'POST',
    path: '/rounds/{id}/revert',
    access: 'admin',
    summary: 'Take back an accepted round and those that its student taught: their pseudo-labels and aliases',
    params: numericIdParams,
    body: reasonSchema,
    out: z.object({
      /** Numbers of the rounds that were taken back. */
      rounds: z.array(count),
      /** The champion now, where it was a student of theirs; else null. */
      champion: z.string().nullable(),
    }),
  }),
};
