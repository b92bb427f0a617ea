import type { RuleSetParams } from '../core/rule/rule-set.ts';
import { z } from './zod.ts';

/** The source design's own rules, kept to compare with; scans take it only when asked to. */
export const LITERAL_RULE_SET_NUMBER = 1000;

const bars = z.number().int().nonnegative();
const amount = z.number().nonnegative();

/** Every parameter of a rule set, as stored and sent; the types and defaults are the core's. */
export const ruleSetParamsSchema = z.object({
  flag: z.object({
    kMin: amount,
    poleMinBars: bars,
    poleMaxBars: bars,
    consolidationMinBars: bars,
    consolidationMaxBars: bars,
    rangeBasis: z.enum(['pole', 'atr', 'meanBar']),
    rangeMax: amount,
    bodyAllowance: amount,
  }),
  wedge: z.object({
    minBars: bars,
    maxBars: bars,
    stepBars: bars,
    minPivots: bars,
    minSpan: amount,
    maxConvergence: amount,
    minWidth: amount,
    pivotTolerance: amount,
    closeTolerance: amount,
  }),
  blowoff: z.object({ minRange: amount, minWick: amount, minVolumeZ: z.number() }),
  wick_exhaustion: z.object({ minRange: amount, minWick: amount, flipBars: bars, confirmBars: bars }),
  cvd: z.enum(['off', 'proxy']),
  eventSpacingBars: bars,
}) satisfies z.ZodType<RuleSetParams>;
