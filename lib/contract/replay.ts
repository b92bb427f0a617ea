import { timestampSchema, uuidParams } from './common.ts';
import { endpoint } from './endpoint.ts';
import { seriesNameSchema, snapshotSchema } from './label.ts';
import { z } from './zod.ts';

/** So many bars after t are played, where the series has them. */
export const REPLAY_BARS = 20;

export const replaySchema = z.object({
  series: seriesNameSchema,
  /** Of bar t. */
  ts: timestampSchema,
  /** The window with what came after it: its last `later` bars are those after t. */
  snapshot: snapshotSchema,
  later: z.number().int().min(0).max(REPLAY_BARS),
});
export type Replay = z.infer<typeof replaySchema>;

export const replayApi = {
  replayWindow: endpoint({
    id: 'replayWindow',
    method: 'POST',
    path: '/windows/{id}/replay',
    access: 'analyst',
    summary:
      'What came after a window that this person has answered; whatever they say of it, or of windows it gives away, from now on saw the future',
    params: uuidParams,
    out: replaySchema,
  }),
};
