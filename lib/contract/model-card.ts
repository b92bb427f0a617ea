import { z } from './zod.ts';

/** What a version is, for whoever is to use it: made from its run, the same on the page and in MODEL_CARD.md. */
export const modelCardSchema = z.object({
  title: z.string(),
  sections: z.array(
    z.object({
      heading: z.string(),
      paragraphs: z.array(z.string()),
      /** Names and values. */
      facts: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
});
export type ModelCard = z.infer<typeof modelCardSchema>;
