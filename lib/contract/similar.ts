import { classIdSchema, timestampSchema, uuidParams, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { seriesNameSchema, snapshotSchema } from './label.ts';
import { z } from './zod.ts';

const MOST_SIMILAR = 20;

/** A labelled window and how alike a model finds it to the one that was asked about. */
export const similarWindowSchema = z.object({
  windowId: uuidSchema,
  series: seriesNameSchema,
  ts: timestampSchema,
  /** The label of record. */
  label: classIdSchema,
  /** Cosine of the two embeddings, -1 to 1. */
  likeness: z.number(),
  snapshot: snapshotSchema,
});
export type SimilarWindow = z.infer<typeof similarWindowSchema>;

export const similarApi = {
  similarWindows: endpoint({
    id: 'similarWindows',
    method: 'GET',
    path: '/windows/{id}/similar',
    access: 'analyst',
    summary:
      'The labelled windows that the model finds most alike to one, none that shows what came after it',
    params: uuidParams,
    query: z.object({ count: z.coerce.number().int().min(1).max(MOST_SIMILAR).default(6) }),
    out: z.object({
      /** Whose embeddings were compared; null where there is no model. */
      version: z.string().nullable(),
      windows: z.array(similarWindowSchema),
      /** Why there are none, in words; null where there are. */
      empty: z.string().nullable(),
    }),
  }),
};
