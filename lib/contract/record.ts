import { classIdSchema, isoDateSchema, uuidParams } from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

/** `open` wants more answers, `conflict` wants a reviewer; the others have a label. */
export const RECORD_STATES = ['open', 'conflict', 'consensus', 'adjudicated'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

export const windowHistorySchema = z.object({
  /** What people said, oldest first; retracted answers among them. */
  answers: z.array(
    z.object({
      id: z.string(),
      person: z.string(),
      kind: z.enum(['label', 'skip']),
      label: classIdSchema.nullable(),
      skipReason: z.string().nullable(),
      note: z.string().nullable(),
      blind: z.boolean(),
      sawFuture: z.boolean(),
      surplus: z.boolean(),
      elapsedMs: z.number().int(),
      at: isoDateSchema,
      retractedAt: isoDateSchema.nullable(),
    }),
  ),
  /** What the team stood by, oldest first; the last is in force. */
  records: z.array(
    z.object({
      state: z.enum(RECORD_STATES),
      label: classIdSchema.nullable(),
      answers: z.number().int(),
      agreement: z.number(),
      wantedAnswers: z.number().int(),
      wantedShare: z.number(),
      adjudicator: z.string().nullable(),
      note: z.string().nullable(),
      at: isoDateSchema,
    }),
  ),
});
export type WindowHistory = z.infer<typeof windowHistorySchema>;

export const recordApi = {
  windowHistory: endpoint({
    id: 'windowHistory',
    method: 'GET',
    path: '/windows/{id}/history',
    access: 'reviewer',
    summary: 'Everything people said of a window and every label of record it has had',
    params: uuidParams,
    out: windowHistorySchema,
  }),
};
