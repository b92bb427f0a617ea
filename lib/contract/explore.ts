import {
  classIdSchema,
  idSchema,
  idTextSchema,
  isoDateSchema,
  numericIdParams,
  storable,
  timestampSchema,
  uuidSchema,
} from './common.ts';
import { timeframeSchema } from './data.ts';
import { endpoint } from './endpoint.ts';
import { versionNameSchema } from './models.ts';
import { z } from './zod.ts';

/** What one answer holds at most: buckets of bars, windows of a stretch, marks. */
export const MOST_BUCKETS = 4096;
export const MOST_STRETCH_WINDOWS = 4096;
export const MOST_MARKS = 20_000;
const COARSEST_LEVEL = 2 ** 20;

/** A series as it is chosen. */
export const seriesChoiceSchema = z.object({
  id: z.number().int(),
  venue: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  bars: z.number().int(),
  firstTs: timestampSchema,
  lastTs: timestampSchema,
});
export type SeriesChoice = z.infer<typeof seriesChoiceSchema>;

/** All that is needed to find one's way in a series without its bars. */
export const openedSeriesSchema = seriesChoiceSchema.extend({
  timeframeMs: z.number().positive(),
  synthetic: z.boolean(),
  /** Names the content of the bars: they are asked for by it, and another import makes another one. */
  version: z.string(),
  /** The stamps of all bars, as runs without a gap (core/time-runs.ts). */
  runs: z.object({ bars: z.array(z.number().int()), ts: z.array(timestampSchema) }),
  /** Index of the first bar of each segment. */
  segments: z.array(z.number().int()),
  /** A window with a longer gap, in timeframes, is not valid. */
  maxWindowGap: z.number().positive(),
  /** Rule sets that have scanned it, the newest scan first. */
  ruleSets: z.array(z.object({ number: z.number().int(), name: z.string() })),
});
export type OpenedSeries = z.infer<typeof openedSeriesSchema>;

const versionSchema = z.string().regex(/^[0-9a-f]{40}$/, 'the version of bars is 40 hex digits');
const barText = z.coerce.number().int().nonnegative();
const stampText = z.coerce.number().int();

/** From `from` to `to`, both included, ms UTC. Marks come oldest first. */
const marksQuery = z.object({ from: stampText, to: stampText });
/** Where to go on when there are more marks than one answer holds; null where there are no more. */
const nextSchema = timestampSchema.nullable();
const classColumn = z.array(classIdSchema);

export const ruleMarksSchema = z.object({
  ruleSet: z.object({ number: z.number().int(), name: z.string() }).nullable(),
  ts: z.array(timestampSchema),
  class: classColumn,
  direction: z.array(z.number().int()),
  poleKatr: z.array(z.number().nullable()),
  next: nextSchema,
});
export type RuleMarks = z.infer<typeof ruleMarksSchema>;

export const peopleMarkSchema = z.object({
  annotationId: uuidSchema,
  windowId: uuidSchema,
  ts: timestampSchema,
  label: classIdSchema,
  mine: z.boolean(),
  /** Only those who may see others' answers are told whose it is. */
  author: z.string().nullable(),
  sawFuture: z.boolean(),
  /** Given on the label page, to a window that a queue served. */
  fromQueue: z.boolean(),
  answeredAt: isoDateSchema,
});
export type PeopleMark = z.infer<typeof peopleMarkSchema>;

export const modelMarksSchema = z.object({
  /** The champion; null before the first promotion. */
  version: versionNameSchema.nullable(),
  /** Stored windows of the series that it has predicted, of all. */
  predicted: z.object({ windows: z.number().int(), total: z.number().int() }),
  /** Windows in which it sees a pattern. */
  ts: z.array(timestampSchema),
  class: classColumn,
  quality: z.array(z.number()),
  poleKatr: z.array(z.number().nullable()),
  next: nextSchema,
});
export type ModelMarks = z.infer<typeof modelMarksSchema>;

export const exploreApi = {
  searchSeries: endpoint({
    id: 'searchSeries',
    method: 'GET',
    path: '/explore/series',
    access: 'analyst',
    summary: 'Series with bars whose venue, symbol and timeframe hold all words of a text',
    query: z.object({
      text: z.string().max(200).overwrite(storable).default(''),
      timeframe: timeframeSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    out: z.object({ series: z.array(seriesChoiceSchema), total: z.number().int() }),
  }),
  openSeries: endpoint({
    id: 'openSeries',
    method: 'GET',
    path: '/explore/series/{id}',
    access: 'analyst',
    summary: 'A series with the times of all its bars, their segments and the rule sets that scanned it',
    params: numericIdParams,
    out: openedSeriesSchema,
  }),
  seriesBars: endpoint({
    id: 'seriesBars',
    method: 'GET',
    path: '/explore/series/{id}/bars',
    access: 'analyst',
    summary: `Bars of a range, put together so many at a time, at most ${MOST_BUCKETS} of them (core/bar-codec.ts)`,
    params: numericIdParams,
    query: z.object({
      version: versionSchema,
      /** Index of the first bar, a multiple of `level`; `to` is not included. */
      from: barText,
      to: barText,
      /** Bars that are put together into one: its high and low are the extremes of all. */
      level: z.coerce.number().int().min(1).max(COARSEST_LEVEL).default(1),
    }),
    out: z.unknown(),
    binary: 'application/octet-stream',
  }),
  seriesStretch: endpoint({
    id: 'seriesStretch',
    method: 'GET',
    path: '/explore/series/{id}/stretch',
    access: 'analyst',
    summary:
      'One snapshot of all windows that end at a range of bars of one segment: what a model run over them needs (core/snapshot-codec.ts)',
    params: numericIdParams,
    query: z.object({ version: versionSchema, from: barText, to: barText }),
    out: z.unknown(),
    binary: 'application/octet-stream',
  }),
  ruleMarks: endpoint({
    id: 'ruleMarks',
    method: 'GET',
    path: '/explore/series/{id}/marks/rules',
    access: 'analyst',
    summary: 'Events that a rule set found, by default that of the newest scan',
    params: numericIdParams,
    query: marksQuery.extend({ ruleSetNumber: idTextSchema.optional() }),
    out: ruleMarksSchema,
  }),
  peopleMarks: endpoint({
    id: 'peopleMarks',
    method: 'GET',
    path: '/explore/series/{id}/marks/people',
    access: 'analyst',
    summary: 'Labels that stand: everybody’s for reviewers, their own for analysts',
    params: numericIdParams,
    query: marksQuery,
    out: z.object({ marks: z.array(peopleMarkSchema), next: nextSchema }),
  }),
  modelMarks: endpoint({
    id: 'modelMarks',
    method: 'GET',
    path: '/explore/series/{id}/marks/model',
    access: 'analyst',
    summary: 'Stored windows in which the champion sees a pattern',
    params: numericIdParams,
    query: marksQuery,
    out: modelMarksSchema,
  }),
  makeWindow: endpoint({
    id: 'makeWindow',
    method: 'POST',
    path: '/explore/series/{id}/windows',
    access: 'analyst',
    summary: 'The window that ends at a bar, stored with its snapshot so that it can be labelled',
    params: numericIdParams,
    body: z.object({ ts: timestampSchema }),
    out: z.object({ windowId: uuidSchema, seriesId: idSchema, ts: timestampSchema }),
  }),
};
