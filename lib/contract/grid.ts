import { classIdSchema, idSchema, isoDateSchema, numericIdParams, uuidParams, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import { shareSchema } from './gold.ts';
import { annotationInputSchema, labelItemSchema, MOST_HELD } from './label.ts';
import { z } from './zod.ts';

export const PAGE_SIZES = [12, 24, 48] as const;
export type PageSize = (typeof PAGE_SIZES)[number];
const MOST_CELLS = PAGE_SIZES[PAGE_SIZES.length - 1];

/** Labels and skips of one page of thumbnails, sent together. */
export const pageInputSchema = z.object({
  /** UUIDv7, made by the client: a retry is the same page. */
  id: uuidSchema,
  queueId: idSchema,
  /** What the page's windows were shown as. */
  class: classIdSchema,
  answers: z
    .array(annotationInputSchema)
    .min(1)
    .max(MOST_CELLS)
    .refine(
      (answers) => answers.every(({ kind }) => kind !== 'retraction'),
      'A page holds labels and skips only.',
    )
    .refine(
      (answers) => new Set(answers.map(({ windowId }) => windowId)).size === answers.length,
      'A page holds each window once.',
    ),
  elapsedMs: z.number().int().min(0).max(86_400_000),
  answeredAt: isoDateSchema,
});
export type PageInput = z.input<typeof pageInputSchema>;
export type ParsedPageInput = z.output<typeof pageInputSchema>;

/** Gold windows of another class that this person noticed on their pages of a queue, of those they met. */
const catchRateSchema = shareSchema;

export const pageReceiptSchema = z.object({
  catchRate: catchRateSchema,
  /** Pages, this one among them, that went back to the queue because too few were noticed. */
  returned: z.array(uuidSchema),
});
export type PageReceipt = z.infer<typeof pageReceiptSchema>;

export const gridApi = {
  claimPage: endpoint({
    id: 'claimPage',
    method: 'POST',
    path: '/queues/{id}/page',
    access: 'analyst',
    summary: 'Lease a page of windows of one suggested class to this person',
    params: numericIdParams,
    body: z.object({
      class: classIdSchema,
      size: z.literal(PAGE_SIZES),
      /** Leases of pages that the client has already. */
      holding: z.array(uuidSchema).max(MOST_HELD).default([]),
    }),
    out: z.object({
      items: z.array(labelItemSchema),
      held: z.array(uuidSchema),
      empty: z.string().nullable(),
      catchRate: catchRateSchema,
    }),
  }),
  submitPage: endpoint({
    id: 'submitPage',
    method: 'POST',
    path: '/pages',
    access: 'analyst',
    summary: 'Record a page of answers whole and exactly once',
    body: pageInputSchema,
    out: pageReceiptSchema,
  }),
  retractPage: endpoint({
    id: 'retractPage',
    method: 'POST',
    path: '/pages/{id}/retract',
    access: 'analyst',
    summary: 'Take a page back; its windows are in hand again where nobody took them meanwhile',
    params: uuidParams,
    body: z.object({ answeredAt: isoDateSchema }),
    out: z.object({ items: z.array(labelItemSchema) }),
  }),
  catchRates: endpoint({
    id: 'catchRates',
    method: 'GET',
    path: '/queues/{id}/catch-rates',
    access: 'reviewer',
    summary: 'What share of planted windows each person noticed on the pages of a queue',
    params: numericIdParams,
    out: z.object({
      people: z.array(
        z.object({
          person: z.string(),
          pages: z.number().int(),
          cells: z.number().int(),
          returned: z.number().int(),
          catchRate: shareSchema,
        }),
      ),
    }),
  }),
};
