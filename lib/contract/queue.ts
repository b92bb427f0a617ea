import { type Mix, STRATEGIES } from '@/lib/core/selection/strategy.ts';
import {
  classIdSchema,
  idSchema,
  isoDateSchema,
  numericIdParams,
  perClassCounts,
  storable,
  timestampSchema,
  uuidParams,
  uuidSchema,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

/** What a queue is for: `seed` labels, `review` of what people disagree on, `audit` of what a model says, `gold`. */
export const QUEUE_PURPOSES = ['seed', 'review', 'audit', 'gold'] as const;
export type QueuePurpose = (typeof QUEUE_PURPOSES)[number];

/**
 * Why a window is in a queue: a strategy of its mix, or `mined` for a class, `similar` to another window, in `conflict`,
 * `listed` by whoever named it.
 */
export const PLACED_BY = [...STRATEGIES, 'mined', 'similar', 'conflict', 'listed'] as const;
export type PlacedBy = (typeof PLACED_BY)[number];

export const WEAK_KINDS = ['event', 'near_miss', 'sampled_none', 'undecided'] as const;

const someOf = <T extends z.ZodType>(schema: T) => z.array(schema).min(1, 'choose at least one').max(1_000);

/** Which of the windows that the queue's rule set keeps it takes; null takes all. */
export const queueFilterSchema = z
  .object({
    /** What the rules suggest; near misses and samples are suggested as `none`. */
    classes: someOf(classIdSchema).nullable().default(null),
    kinds: someOf(z.enum(WEAK_KINDS)).default(['event', 'near_miss', 'sampled_none']),
    /** `venue:symbol`. */
    symbols: someOf(z.string().min(1)).nullable().default(null),
    timeframes: someOf(z.string().min(1)).nullable().default(null),
    /** Open time of bar t, both included. */
    from: timestampSchema.nullable().default(null),
    to: timestampSchema.nullable().default(null),
    /** Whether windows with a label of record are taken, only they, or only the others. */
    labelled: z.enum(['any', 'yes', 'no']).default('any'),
    /** Only where the model takes the window for another class than the rules. */
    disagrees: z.boolean().default(false),
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, {
    path: ['to'],
    error: 'the last day must not be before the first',
  });
export type QueueFilter = z.output<typeof queueFilterSchema>;

const share = z.number().min(0).max(1);
/** Rounding of what people write as per cent. */
const SUM_MAY_MISS = 1e-6;

/** Each strategy's share of the places. */
export const queueMixSchema = z
  .object({
    deficit: share.default(0),
    uncertainty: share.default(0),
    disagreement: share.default(0),
    diversity: share.default(0),
    drift: share.default(0),
    random: share.default(0),
  })
  .refine((mix) => Math.abs(sumOf(mix) - 1) <= SUM_MAY_MISS, {
    error: ({ input }) => `the shares add up to ${shown(sumOf(input as Mix))}; they must add up to 1`,
  }) satisfies z.ZodType<Mix>;

const sumOf = (mix: Mix) => STRATEGIES.reduce((sum, strategy) => sum + mix[strategy], 0);
const shown = (value: number) => String(Math.round(value * 1e6) / 1e6);

/** How a queue's order was last made. */
export const lastOrderSchema = z.object({
  at: isoDateSchema,
  /** Of the model whose predictions were read; null where none were. */
  version: z.string().nullable(),
  /** Windows that got a place. */
  placed: z.number().int(),
  /** What it had to do without, a sentence each. */
  notes: z.array(z.string()),
});
export type LastOrder = z.infer<typeof lastOrderSchema>;

const MOST_PEOPLE = 50;
const settings = {
  name: z.string().overwrite(storable).trim().min(1, 'give it a name').max(80),
  filter: queueFilterSchema.nullable(),
  mix: queueMixSchema,
  /** So many people answer each window. */
  overlap: z.number().int().min(1).max(MOST_PEOPLE),
  /** Share of the answers that one class needs to become the label of record. */
  agreement: z.number().gt(0).max(1),
  /** Share of the windows that are served without any hint. */
  blindShare: share,
  /** Wanted labels per class; 0 wants none. */
  targets: perClassCounts,
  /** Gold windows for each window served, about. */
  goldShare: z.number().min(0).max(0.5),
  /** Whether people are told what gold says, once they have answered. */
  feedback: z.boolean(),
  /** Grid pages of whoever catches a smaller share of the planted windows go back. */
  catchFloor: share,
};

export const newQueueSchema = z.object({
  name: settings.name,
  purpose: z.enum(QUEUE_PURPOSES).default('seed'),
  ruleSetNumber: idSchema.default(1),
  /** Null holds only what is put into it. */
  filter: settings.filter.default(queueFilterSchema.parse({ labelled: 'no' })),
  mix: settings.mix.default(queueMixSchema.parse({ deficit: 1 })),
  overlap: settings.overlap.default(1),
  agreement: settings.agreement.default(0.667),
  blindShare: settings.blindShare.default(0),
  targets: settings.targets.default({ flag: 0, wedge: 0, blowoff: 0, wick_exhaustion: 0, none: 0 }),
  goldShare: settings.goldShare.default(0),
  feedback: settings.feedback.default(false),
  catchFloor: settings.catchFloor.default(0.8),
});
export type NewQueue = z.output<typeof newQueueSchema>;

export const queueChangeSchema = z
  .object({ ...settings, paused: z.boolean(), archived: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'name at least one thing to change' });
export type QueueChange = z.output<typeof queueChangeSchema>;

/** A queue as those who manage it see it. */
export const managedQueueSchema = z.object({
  id: z.number().int(),
  purpose: z.enum(QUEUE_PURPOSES),
  ruleSetNumber: z.number().int().nullable(),
  ...settings,
  paused: z.boolean(),
  archivedAt: isoDateSchema.nullable(),
  isDefault: z.boolean(),
  createdBy: z.string(),
  createdAt: isoDateSchema,
  lastOrder: lastOrderSchema.nullable(),
  /** The job that makes its order now. */
  orderingJob: uuidSchema.nullable(),
  total: z.number().int(),
  /** Windows that still want an answer. */
  remaining: z.number().int(),
  labelled: perClassCounts,
  /** Answers a minute of all people over the last ten minutes, and how many people gave them. */
  pace: z.object({ perMinute: z.number(), people: z.number().int() }),
});
export type ManagedQueue = z.output<typeof managedQueueSchema>;

/** What a filter takes now, and what the mix has to do without. */
export const queuePreviewSchema = z.object({
  total: z.number().int(),
  perClass: perClassCounts,
  /** Of these, windows that have a label of record. */
  labelled: z.number().int(),
  /** Whose predictions would be read, and of how many of the windows it has one; null where there is no model. */
  model: z.object({ version: z.string(), predicted: z.number().int() }).nullable(),
  notes: z.array(z.string()),
});
export type QueuePreview = z.infer<typeof queuePreviewSchema>;

const MOST_FOUND = 5_000;
/** What the form of a queue offers. */
export const queueChoicesSchema = z.object({
  ruleSets: z.array(z.object({ number: z.number().int(), name: z.string() })),
  /** `venue:symbol` of every series, and their timeframes, the shortest first. */
  symbols: z.array(z.string()),
  timeframes: z.array(z.string()),
});
export type QueueChoices = z.infer<typeof queueChoicesSchema>;

/** Windows that are looked for, and where they go. */
const search = {
  count: z.number().int().min(1).max(MOST_FOUND),
  into: z.union([z.object({ queueId: idSchema }), z.object({ name: settings.name })]),
};
/** A search is a job. Where it cannot be done (there is no model), nothing is started; `notes` say why, in words. */
export const searchStartedSchema = z.object({
  started: z.object({ queueId: z.number().int(), jobId: uuidSchema }).nullable(),
  /** What it has to do without, or why it was not started. */
  notes: z.array(z.string()),
});
export type SearchStarted = z.infer<typeof searchStartedSchema>;

/** Why a queue has nothing for a person, and which others have. */
export const emptyQueueSchema = z.object({
  why: z.string(),
  /** Other open queues with windows for this person; counted up to a hundred. */
  elsewhere: z.array(z.object({ id: z.number().int(), name: z.string(), waiting: z.number().int() })),
});
export type EmptyQueue = z.infer<typeof emptyQueueSchema>;

export const queueApi = {
  getQueues: endpoint({
    id: 'getQueues',
    method: 'GET',
    path: '/queues/managed',
    access: 'reviewer',
    summary: 'All queues with their settings, counts, pace and order',
    out: z.object({ queues: z.array(managedQueueSchema) }),
  }),
  getQueueChoices: endpoint({
    id: 'getQueueChoices',
    method: 'GET',
    path: '/queues/choices',
    access: 'reviewer',
    summary: 'The rule sets, symbols and timeframes that a queue can be made of',
    out: queueChoicesSchema,
  }),
  createQueue: endpoint({
    id: 'createQueue',
    method: 'POST',
    path: '/queues',
    access: 'reviewer',
    summary: 'Make a queue; a job fills it with what its filter takes',
    body: newQueueSchema,
    out: z.object({ id: z.number().int(), jobId: uuidSchema.nullable() }),
  }),
  updateQueue: endpoint({
    id: 'updateQueue',
    method: 'PATCH',
    path: '/queues/{id}',
    access: 'reviewer',
    summary:
      'Change, pause or archive a queue; where that changes what comes next, a job makes its order anew',
    params: numericIdParams,
    body: queueChangeSchema,
    out: z.object({ id: z.number().int(), jobId: uuidSchema.nullable() }),
  }),
  orderQueue: endpoint({
    id: 'orderQueue',
    method: 'POST',
    path: '/queues/{id}/order',
    access: 'reviewer',
    summary: 'Make the order of what nobody has come near anew, as a job',
    params: numericIdParams,
    out: z.object({ jobId: uuidSchema }),
  }),
  previewQueue: endpoint({
    id: 'previewQueue',
    method: 'POST',
    path: '/queues/preview',
    access: 'reviewer',
    summary: 'How many windows a filter takes, and what a mix would have to do without',
    body: z.object({
      ruleSetNumber: idSchema.default(1),
      filter: queueFilterSchema,
      mix: queueMixSchema,
    }),
    out: queuePreviewSchema,
  }),
  whyEmpty: endpoint({
    id: 'whyEmpty',
    method: 'GET',
    path: '/queues/{id}/empty',
    access: 'analyst',
    summary: 'Why a queue has nothing for this person now, and which others have',
    params: numericIdParams,
    out: emptyQueueSchema,
  }),
  mineDeficit: endpoint({
    id: 'mineDeficit',
    method: 'POST',
    path: '/queues/mine',
    access: 'reviewer',
    summary:
      'Rank all unlabelled windows by how likely they are of a class (model, likeness to accepted labels, relaxed rule) and put the first into a queue',
    body: z.object({ class: classIdSchema, ...search }),
    out: searchStartedSchema,
  }),
  moreLikeThis: endpoint({
    id: 'moreLikeThis',
    method: 'POST',
    path: '/windows/{id}/more-like-this',
    access: 'reviewer',
    summary: 'Put the unlabelled windows that a model finds most alike to one into a queue',
    params: uuidParams,
    body: z.object(search),
    out: searchStartedSchema,
  }),
};
