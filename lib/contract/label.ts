import { FIRST_POLE_BAR, FLAG_BARS, findSpanFault } from '@/lib/core/rule/flag-marks.ts';
import { RULE_IDS } from '@/lib/core/rule/rule-set.ts';
import type { Vote } from '@/lib/core/rule/vote.ts';
import { CLASS_IDS, POLED } from './classes.ts';
import {
  classIdSchema,
  idSchema,
  idTextSchema,
  isoDateSchema,
  numericIdParams,
  perClassCounts,
  storable,
  timestampSchema,
  uuidSchema,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

const numbers = z.array(z.number());
/** Columns of equal length; the last bar is bar t and nothing after it is ever in an answer. */
export const barColumnsSchema = z.object({
  ts: z.array(timestampSchema),
  open: numbers,
  high: numbers,
  low: numbers,
  close: numbers,
  volume: numbers,
  /** null where unknown. */
  takerBuyVolume: z.array(z.number().nullable()),
});
export const indicatorStateSchema = z.object({
  atr: z.number(),
  ema: z.number(),
  averageGain: z.number(),
  averageLoss: z.number(),
  previousClose: z.number(),
});
export const snapshotSchema = z.object({
  timeframeMs: z.number().positive(),
  bars: barColumnsSchema,
  state: indicatorStateSchema.nullable(),
});

const barFromT = z.number().int();
/** Bars relative to t (0 is t, -5 five before), prices as imported: what the chart draws. */
const marksSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('flag'),
    pole: z.object({
      start: barFromT,
      end: barFromT,
      fromPrice: z.number(),
      toPrice: z.number(),
      height: z.number(),
      k: z.number(),
    }),
    consolidation: z.object({ start: barFromT, end: barFromT, high: z.number(), low: z.number() }),
    breakout: z.object({ bar: barFromT, price: z.number() }),
  }),
  z.object({
    kind: z.literal('wedge'),
    start: barFromT,
    end: barFromT,
    upper: z.object({ startPrice: z.number(), endPrice: z.number() }),
    lower: z.object({ startPrice: z.number(), endPrice: z.number() }),
    highPivots: z.array(barFromT),
    lowPivots: z.array(barFromT),
  }),
  z.object({
    kind: z.literal('wick'),
    bar: barFromT,
    tipPrice: z.number(),
    bodyPrice: z.number(),
    flip: barFromT.nullable(),
  }),
]);
/** One rule's verdict with the numbers that decided it: the core's own shape, as stored. */
export const voteSchema = z.object({
  rule: z.enum(RULE_IDS),
  state: z.enum(['no', 'near', 'undecided', 'fired']),
  direction: z.union([z.literal(1), z.literal(-1), z.literal(0)]),
  poleKatr: z.number().nullable(),
  conditions: z.array(
    z.object({
      id: z.string(),
      value: z.number().nullable(),
      comparator: z.enum(['<', '≤', '>', '≥']),
      limit: z.number().nullable(),
      holds: z.boolean().nullable(),
    }),
  ),
  marks: marksSchema.nullable(),
  proxy: z.boolean(),
}) satisfies z.ZodType<Vote>;

/** What the queue's rules, or whoever filled it, take the window for. */
export const suggestionSchema = z.object({
  class: classIdSchema,
  kind: z.enum(['event', 'near_miss', 'sampled_none', 'undecided']),
  direction: z.number().int(),
  poleKatr: z.number().nullable(),
  votes: z.array(voteSchema),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

export const seriesNameSchema = z.object({
  id: z.number().int(),
  venue: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
});

export const labelItemSchema = z.object({
  itemId: z.string(),
  leaseId: uuidSchema,
  leaseExpiresAt: isoDateSchema,
  windowId: uuidSchema,
  series: seriesNameSchema,
  ts: timestampSchema,
  snapshot: snapshotSchema,
  /** Null for a blind item: nothing that rules or models say of it is in the answer. */
  suggestion: suggestionSchema.nullable(),
  /** In a review queue what people said, oldest first; null elsewhere, where each person judges alone. */
  voices: z
    .array(
      z.object({
        person: z.string(),
        label: classIdSchema,
        note: z.string().nullable(),
        blind: z.boolean(),
        sawFuture: z.boolean(),
      }),
    )
    .nullable(),
});
export type LabelItem = z.infer<typeof labelItemSchema>;

const windowBar = z.number().int().min(FIRST_POLE_BAR).max(0);
const spanSchema = z.object({ start: windowBar, end: windowBar });
/** Where a person puts a flag's pole and consolidation: bars from t, in order and inside the window. */
export const flagSpansSchema = z
  .object({ pole: spanSchema, consolidation: spanSchema })
  .superRefine((spans, context) => {
    const fault = findSpanFault(spans);
    if (fault === null) return;
    const { part, edge } = FLAG_BARS[fault.at];
    context.addIssue({ code: 'custom', path: [part, edge], message: fault.words });
  });

export const SKIP_REASONS = ['unclear', 'bad_data', 'two_patterns', 'other'] as const;

const answerBase = {
  /** UUIDv7, made by the client: a retry is the same answer. */
  id: uuidSchema,
  windowId: uuidSchema,
  itemId: z
    .string()
    .regex(/^\d{1,18}$/)
    .nullable(),
  elapsedMs: z.number().int().min(0).max(86_400_000),
  answeredAt: isoDateSchema,
  note: z.string().max(2000).overwrite(storable).optional(),
  /** The class guide it was given by; unknown, the one in force at `answeredAt`. */
  guideVersion: idSchema.optional(),
};
export const annotationInputSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('label'),
      ...answerBase,
      label: classIdSchema,
      sawFuture: z.boolean().default(false),
      marks: flagSpansSchema.optional(),
    })
    .refine(({ label, marks }) => marks === undefined || label === POLED, {
      path: ['marks'],
      message: `only a ${POLED} has a pole`,
    }),
  z.object({ kind: z.literal('skip'), ...answerBase, skipReason: z.enum(SKIP_REASONS) }),
  z.object({ kind: z.literal('retraction'), ...answerBase, retractsId: uuidSchema }),
]);
export type AnnotationInput = z.input<typeof annotationInputSchema>;
export type ParsedAnnotationInput = z.output<typeof annotationInputSchema>;

export const annotationSchema = z.object({
  id: uuidSchema,
  windowId: uuidSchema,
  itemId: z.string().nullable(),
  kind: z.enum(['label', 'skip', 'retraction']),
  label: classIdSchema.nullable(),
  skipReason: z.string().nullable(),
  retractsId: uuidSchema.nullable(),
  suggestedClass: classIdSchema.nullable(),
  note: z.string().nullable(),
  /** Where the person put pole and consolidation, and the pole's height over the ATR of t. */
  marks: flagSpansSchema.nullable(),
  poleKatr: z.number().nullable(),
  guideVersion: z.number().int().nullable(),
  surplus: z.boolean(),
  answeredAt: isoDateSchema,
});
export type Annotation = z.infer<typeof annotationSchema>;

/** What a person may look for among their own answers: a class, skips, or answers with a note. */
export const OWN_ANSWERS = [...CLASS_IDS, 'skip', 'note'] as const;
export type OwnAnswers = (typeof OWN_ANSWERS)[number];

export const ownAnswerSchema = annotationSchema
  .pick({
    id: true,
    windowId: true,
    itemId: true,
    label: true,
    skipReason: true,
    note: true,
    marks: true,
    poleKatr: true,
    suggestedClass: true,
    answeredAt: true,
  })
  .extend({
    symbol: z.string(),
    timeframe: z.string(),
    /** Bar t. */
    ts: timestampSchema,
    /** Null for a window that no queue served. */
    queueId: z.number().int().nullable(),
    retractedAt: isoDateSchema.nullable(),
  });
export type OwnAnswer = z.infer<typeof ownAnswerSchema>;

export const queueProgressSchema = z.object({
  queueId: z.number().int(),
  name: z.string(),
  targets: perClassCounts,
  /** Labels of record a class, over this queue's windows. */
  labelled: perClassCounts,
  /** Items that still want an answer. */
  remaining: z.number().int(),
  total: z.number().int(),
  /** The person's own answers in the last hour, and per minute over the last ten minutes of work. */
  mine: z.object({ answers: z.number().int(), perMinute: z.number().nullable() }),
});
export type QueueProgress = z.infer<typeof queueProgressSchema>;

/**
 * How windows are held: `ready` for those about to be shown; `reserve` for those kept against a lost connection, which
 * others may take when they would have nothing else to do; `offline` likewise, for half a day without a sign of life.
 */
export const HOLDS = ['ready', 'reserve', 'offline'] as const;
export type Hold = (typeof HOLDS)[number];
const MOST_CLAIMED = 250;
/** Leases that one call may name. */
export const MOST_HELD = 600;

export const labelApi = {
  listQueues: endpoint({
    id: 'listQueues',
    method: 'GET',
    path: '/queues',
    access: 'analyst',
    summary: 'Queues a person can work on',
    out: z.object({
      queues: z.array(
        z.object({
          id: z.number().int(),
          name: z.string(),
          isDefault: z.boolean(),
          remaining: z.number().int(),
        }),
      ),
    }),
  }),
  claimItems: endpoint({
    id: 'claimItems',
    method: 'POST',
    path: '/queues/{id}/claim',
    access: 'analyst',
    summary:
      'Lease the next windows of a queue to this person; those already held are named and not sent again',
    params: numericIdParams,
    body: z.object({
      count: z.number().int().min(1).max(MOST_CLAIMED),
      /**
       * Leases whose windows this page has, or whose answers still wait to be sent. This person's other windows come
       * again, first of all: a reloaded page goes on where it was.
       */
      holding: z.array(uuidSchema).max(MOST_HELD).default([]),
      hold: z.enum(HOLDS).default('ready'),
    }),
    out: z.object({
      items: z.array(labelItemSchema),
      /** Lease ids of `holding` that this person still has. */
      held: z.array(uuidSchema),
      /** Why there are fewer than asked for, in words; null where there are not. */
      empty: z.string().nullable(),
    }),
  }),
  renewLeases: endpoint({
    id: 'renewLeases',
    method: 'POST',
    path: '/leases/renew',
    access: 'analyst',
    summary: 'Keep windows in hand; answers which leases are still this person’s',
    body: z.object({
      leaseIds: z.array(uuidSchema).max(MOST_HELD),
      /** Those of them that come into view soon: no longer in reserve. */
      ready: z.array(uuidSchema).max(MOST_HELD).default([]),
    }),
    out: z.object({ held: z.array(uuidSchema), expiresAt: isoDateSchema }),
  }),
  releaseLeases: endpoint({
    id: 'releaseLeases',
    method: 'POST',
    path: '/leases/release',
    access: 'analyst',
    summary: 'Give windows back to the queue unanswered',
    body: z.object({ leaseIds: z.array(uuidSchema).max(MOST_HELD) }),
    out: z.object({ ok: z.literal(true) }),
  }),
  annotate: endpoint({
    id: 'annotate',
    method: 'POST',
    path: '/annotations',
    access: 'analyst',
    summary: 'Record a label, a skip or a retraction exactly once; the same id again answers the same',
    body: annotationInputSchema,
    out: z.object({
      annotation: annotationSchema,
      /** After a retraction: the window again in hand, ready to be answered. */
      item: labelItemSchema.nullable(),
      /** Why a retraction gives no window back, in words; null where it does, and for any other answer. */
      reason: z.string().nullable(),
      /** Where the window was gold and the queue tells so: what gold says. */
      gold: classIdSchema.nullable(),
    }),
  }),
  myAnswers: endpoint({
    id: 'myAnswers',
    method: 'GET',
    path: '/annotations/mine',
    access: 'analyst',
    summary: "A person's own newest unretracted answers in a queue, newest first: what undo walks back",
    query: z.object({
      queueId: idTextSchema,
      limit: z.coerce.number().int().min(1).max(200).default(30),
    }),
    out: z.object({ answers: z.array(annotationSchema) }),
  }),
  ownAnswers: endpoint({
    id: 'ownAnswers',
    method: 'GET',
    path: '/annotations/own',
    access: 'analyst',
    summary: 'Everything that a person has answered, in whatever queue, taken back or not, newest first',
    query: z.object({
      only: z.enum(OWN_ANSWERS).optional(),
      /** The last answer of the page before. */
      after: uuidSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    out: z.object({
      answers: z.array(ownAnswerSchema),
      /** Whether there are more after these. */
      more: z.boolean(),
    }),
  }),
  queueProgress: endpoint({
    id: 'queueProgress',
    method: 'GET',
    path: '/queues/{id}/progress',
    access: 'analyst',
    summary: 'Labels per class against their targets',
    params: numericIdParams,
    out: queueProgressSchema,
  }),
};
