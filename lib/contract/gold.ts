import { classIdSchema, isoDateSchema, uuidParams } from './common.ts';
import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

/** Successes of trials with the 95 % Wilson interval of their share; null bounds without trials. */
export const shareSchema = z.object({
  hits: z.number().int(),
  trials: z.number().int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Share = z.infer<typeof shareSchema>;

const goldCounts = z.partialRecord(classIdSchema, z.number().int());

export const goldSchema = z.object({
  /** Windows marked now, by class. */
  marked: goldCounts,
  /** Frozen versions, the newest first: the first is what people and models are measured on. */
  versions: z.array(
    z.object({
      number: z.number().int(),
      note: z.string().nullable(),
      createdBy: z.string(),
      at: isoDateSchema,
      windows: goldCounts,
    }),
  ),
  /** How often each person was right on gold windows that they met unknowingly: in all, and by what gold says. */
  people: z.array(
    z.object({ person: z.string(), all: shareSchema, byClass: z.partialRecord(classIdSchema, shareSchema) }),
  ),
});
export type Gold = z.infer<typeof goldSchema>;

const note = z.string().trim().max(2000).nullable().default(null);

export const goldApi = {
  getGold: endpoint({
    id: 'getGold',
    method: 'GET',
    path: '/gold',
    access: 'reviewer',
    summary: 'Gold windows marked and frozen, and how people do on them',
    out: goldSchema,
  }),
  markGold: endpoint({
    id: 'markGold',
    method: 'POST',
    path: '/windows/{id}/gold',
    access: 'reviewer',
    summary:
      'Say what a window is beyond doubt, or (label null) take that back; counts from the next version on',
    params: uuidParams,
    body: z.object({ label: classIdSchema.nullable(), note }),
    out: z.object({
      /** What the mark in force said until now: saying it again undoes this one. */
      before: classIdSchema.nullable(),
    }),
  }),
  freezeGold: endpoint({
    id: 'freezeGold',
    method: 'POST',
    path: '/gold/versions',
    access: 'reviewer',
    summary: 'Make the windows marked now the next version of gold',
    body: z.object({ note }),
    out: z.object({ number: z.number().int(), windows: z.number().int() }),
  }),
};
