import { CLASS_COUNT, CLASS_IDS } from './classes.ts';
import { z } from './zod.ts';

export const classIdSchema = z.enum(CLASS_IDS);
export const uuidSchema = z.uuid();
/** Milliseconds UTC. */
export const timestampSchema = z.number().int();
export const isoDateSchema = z.iso.datetime();
export const numericIdParams = z.object({ id: z.coerce.number().int().positive() });
export const uuidParams = z.object({ id: uuidSchema });
/** A figure per class id. */
export const perClassCounts = z.record(classIdSchema, z.number().int().nonnegative());
/** One number a class, in the order of CLASS_IDS. */
export const classVector = z.array(z.number()).length(CLASS_COUNT);
export const okSchema = z.object({ ok: z.literal(true) });

/** The body of every refusal: a code for programs, a sentence for people. */
export const errorSchema = z.object({
  error: z.object({
    code: z.enum([
      'invalid',
      'unauthenticated',
      'forbidden',
      'not_found',
      'conflict',
      'too_many',
      'too_large',
      'unavailable',
      'internal',
    ]),
    message: z.string(),
    /** Where the input was wrong: a path into it and what would be right. */
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorSchema>;
export type ErrorCode = ErrorBody['error']['code'];
