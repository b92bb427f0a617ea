import { timestampSchema, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { seriesNameSchema, snapshotSchema } from './label.ts';
import { z } from './zod.ts';

const MOST_SHOWN = 48;

export const shownWindowSchema = z.object({
  windowId: uuidSchema,
  series: seriesNameSchema,
  ts: timestampSchema,
  hash: z.string(),
  snapshot: snapshotSchema,
});
export type ShownWindow = z.infer<typeof shownWindowSchema>;

export const windowApi = {
  showWindows: endpoint({
    id: 'showWindows',
    method: 'GET',
    path: '/windows',
    access: 'admin',
    summary: 'The windows that hold these bars; none of those that are not there any more',
    query: z.object({
      /** Hashes of snapshots, with commas between. */
      hashes: z
        .string()
        .transform((text) => text.split(','))
        .pipe(
          z
            .array(z.string().regex(/^[0-9a-f]{64}$/))
            .min(1)
            .max(MOST_SHOWN),
        ),
    }),
    out: z.object({ windows: z.array(shownWindowSchema) }),
  }),
};
