import { classIdSchema, idTextSchema, isoDateSchema, storable } from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

const text = z.string().trim().min(1).max(2000).overwrite(storable);
const points = z.array(text).max(12);

export const guideContentSchema = z.object({
  classes: z.record(
    classIdSchema,
    z.object({
      definition: text,
      /** Each makes it this class. */
      counts: points,
      /** Each looks like this class and is not. */
      doesNot: points,
      /** How it is told from the classes that look most like it. */
      neighbours: text,
    }),
  ),
  /** Which class it is when two patterns hold. */
  precedence: text,
});
export type GuideContent = z.infer<typeof guideContentSchema>;

const versionSchema = z.object({
  number: z.number().int(),
  /** Why it was changed. */
  reason: z.string(),
  author: z.string(),
  at: isoDateSchema,
});

export const guideSchema = versionSchema.extend({
  content: guideContentSchema,
  /** All there are, the newest first: that one is in force. */
  versions: z.array(versionSchema),
});
export type Guide = z.infer<typeof guideSchema>;

export const guideApi = {
  getGuide: endpoint({
    id: 'getGuide',
    method: 'GET',
    path: '/guide',
    access: 'analyst',
    summary: 'The class guide that people label by: the version in force, or an earlier one',
    query: z.object({ version: idTextSchema.optional() }),
    out: guideSchema,
  }),
  writeGuide: endpoint({
    id: 'writeGuide',
    method: 'POST',
    path: '/guide/versions',
    access: 'admin',
    summary: 'Make this text the next version of the class guide; what was labelled keeps its version',
    body: z.object({
      /** The version that was changed: where another has come since, nothing is written. */
      basedOn: z.number().int().positive(),
      reason: text,
      content: guideContentSchema,
    }),
    out: z.object({ number: z.number().int() }),
  }),
};
