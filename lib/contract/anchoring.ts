import { classIdSchema, numericIdParams } from './common.ts';
import { endpoint } from './endpoint.ts';
import { shareSchema } from './gold.ts';
import { z } from './zod.ts';

/** How often answers agree with what rules suggest: where the suggestion was shown, and where it was not. */
const comparisonSchema = z.object({
  shown: shareSchema,
  blind: shareSchema,
  /** Shown − blind with its 95 % interval: what the suggestion itself does. Null without answers of both kinds. */
  effect: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const anchoringSchema = comparisonSchema.extend({
  /** Median seconds an answer. */
  seconds: z.object({ shown: z.number().nullable(), blind: z.number().nullable() }),
  byClass: z.array(comparisonSchema.extend({ class: classIdSchema })),
  byPerson: z.array(comparisonSchema.extend({ person: z.string() })),
});
export type Anchoring = z.infer<typeof anchoringSchema>;

export const anchoringApi = {
  anchoring: endpoint({
    id: 'anchoring',
    method: 'GET',
    path: '/queues/{id}/anchoring',
    access: 'reviewer',
    summary:
      'Whether people follow the suggestion because it is shown: agreement on shown and on blind items',
    params: numericIdParams,
    out: anchoringSchema,
  }),
};
