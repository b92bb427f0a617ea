import { CLASS_COUNT, CLASS_IDS } from './classes.ts';
import { z } from './zod.ts';

export const classIdSchema = z.enum(CLASS_IDS);
export const uuidSchema = z.uuid();
/** Milliseconds UTC. */
export const timestampSchema = z.number().int();
export const isoDateSchema = z.iso.datetime();
/** The largest number that an id column holds. */
const LARGEST_ID = 2 ** 31 - 1;
export const idSchema = z.number().int().positive().max(LARGEST_ID);
/** From a path or a query, where all is text. */
export const idTextSchema = z.coerce.number().int().positive().max(LARGEST_ID);
export const numericIdParams = z.object({ id: idTextSchema });
export const uuidParams = z.object({ id: uuidSchema });
/** A figure per class id. */
export const perClassCounts = z.record(classIdSchema, z.number().int().nonnegative());
/** One number a class, in the order of CLASS_IDS. */
export const classVector = z.array(z.number()).length(CLASS_COUNT);
export const okSchema = z.object({ ok: z.literal(true) });

/** A text without what the database cannot keep as it is: NUL, and halves of characters. */
export function storable(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text)).replaceAll('\0', '');
}

/**
 * The id of the person whom a page was made for. Cookies are the browser's: where somebody else has signed in on it
 * meanwhile, the page's calls are refused (`someone_else`) instead of being taken for the new person's.
 */
export const PAGE_OF_HEADER = 'x-halyard-page-of';

/** The body of every refusal: a code for programs, a sentence for people. */
export const errorSchema = z.object({
  error: z.object({
    code: z.enum([
      'invalid',
      'unauthenticated',
      'someone_else',
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
