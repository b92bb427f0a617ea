import { AUX_LENGTH } from '@/lib/core/image/schema.ts';
import { classVector } from './common.ts';
import { EMBEDDING_SIZE } from './models.ts';
import { z } from './zod.ts';

/** Windows that lie in every pack. */
const GOLDEN_WINDOWS = 50;
/** Furthest that a probability, a pole or a part of an embedding may lie from the pack's on another machine. */
export const GOLDEN_TOLERANCE = 1e-4;

/** `golden.json` beside a model: what it says of fifty synthetic windows, painted with its global quantisation. */
export const goldenPackSchema = z.object({
  format: z.literal(1),
  feature_schema_ver: z.number().int(),
  windows: z
    .array(
      z.object({
        /** Of the image's bytes, row by row. */
        image_sha256: z.string().regex(/^[0-9a-f]{64}$/),
        /** Auxiliary values; null in a schema without them. */
        aux: z.array(z.number()).length(AUX_LENGTH).nullable(),
        probs: classVector,
        pole_katr: z.number(),
        embed: z.array(z.number()).length(EMBEDDING_SIZE),
      }),
    )
    .length(GOLDEN_WINDOWS),
});
export type GoldenPack = z.output<typeof goldenPackSchema>;
