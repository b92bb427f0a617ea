import { classIdSchema, classVector, timestampSchema, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { seriesNameSchema, snapshotSchema } from './label.ts';
import { versionNameSchema } from './models.ts';
import { z } from './zod.ts';

export const DISAGREEMENT_PAGE = 24;
export const DISAGREEMENT_ORDERS = ['gap', 'newest'] as const;

/** A stored window of which two versions say different classes. */
export const disagreementSchema = z.object({
  windowId: uuidSchema,
  series: seriesNameSchema,
  ts: timestampSchema,
  /** The label of record. */
  label: classIdSchema.nullable(),
  first: z.object({ class: classIdSchema, probability: z.number() }),
  second: z.object({ class: classIdSchema, probability: z.number() }),
  /** Probability that lies elsewhere: total variation distance, 0 to 1. */
  gap: z.number(),
  snapshot: snapshotSchema,
});
export type Disagreement = z.infer<typeof disagreementSchema>;

export const disagreementApi = {
  listDisagreements: endpoint({
    id: 'listDisagreements',
    method: 'GET',
    path: '/models/{name}/disagreements',
    access: 'admin',
    summary:
      'Stored windows of which a version and another one say different classes, by what is stored of both',
    params: z.object({ name: versionNameSchema }),
    query: z.object({
      against: versionNameSchema,
      /** What the version says, and what the other one says; any where left out. */
      says: classIdSchema.optional(),
      other: classIdSchema.optional(),
      order: z.enum(DISAGREEMENT_ORDERS).default('gap'),
      page: z.coerce.number().int().min(0).max(100_000).default(0),
    }),
    out: z.object({
      windows: z.array(disagreementSchema),
      /** Windows by what the version says and what the other one says, in the order of CLASS_IDS; agreement on the diagonal. */
      counts: z.array(classVector),
    }),
  }),
};
