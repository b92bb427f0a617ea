import type { CvdMode } from '../indicator/cvd.ts';

/** The four patterns, in the order of the class map. */
export const RULE_IDS = ['flag', 'wedge', 'blowoff', 'wick_exhaustion'] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** How a flag's consolidation is judged narrow: against its pole, today's ATR, or by its mean bar against today's ATR. */
export type RangeBasis = 'pole' | 'atr' | 'meanBar';

export interface FlagParams {
  readonly kMin: number;
  readonly poleMinBars: number;
  readonly poleMaxBars: number;
  readonly consolidationMinBars: number;
  readonly consolidationMaxBars: number;
  readonly rangeBasis: RangeBasis;
  readonly rangeMax: number;
  readonly bodyAllowance: number;
}

export interface WedgeParams {
  readonly minBars: number;
  readonly maxBars: number;
  readonly stepBars: number;
  readonly minPivots: number;
  readonly minSpan: number;
  readonly maxConvergence: number;
  readonly minWidth: number;
  readonly pivotTolerance: number;
  readonly closeTolerance: number;
}

export interface BlowoffParams {
  readonly minRange: number;
  readonly minWick: number;
  readonly minVolumeZ: number;
}

export interface WickExhaustionParams {
  readonly minRange: number;
  readonly minWick: number;
  readonly flipBars: number;
  readonly confirmBars: number;
}

/** Every number that decides a vote. Saved rule sets are immutable: a change is a new one. */
export interface RuleSetParams {
  readonly flag: FlagParams;
  readonly wedge: WedgeParams;
  readonly blowoff: BlowoffParams;
  readonly wick_exhaustion: WickExhaustionParams;
  /** What stands in for unknown taker volume. */
  readonly cvd: CvdMode;
  /** A class's next event is more than this many bars after its last. */
  readonly eventSpacingBars: number;
}

/** Rule set 1. It stays exactly this: fixtures hold it, improvements get the next number. */
export const DEFAULT_RULE_SET: RuleSetParams = {
  flag: {
    kMin: 2,
    poleMinBars: 3,
    poleMaxBars: 15,
    consolidationMinBars: 12,
    consolidationMaxBars: 40,
    rangeBasis: 'pole',
    rangeMax: 0.5,
    bodyAllowance: 0.5,
  },
  wedge: {
    minBars: 20,
    maxBars: 60,
    stepBars: 4,
    minPivots: 3,
    minSpan: 0.4,
    maxConvergence: 0.6,
    minWidth: 1.5,
    pivotTolerance: 0.75,
    closeTolerance: 0.75,
  },
  blowoff: { minRange: 1, minWick: 0.6, minVolumeZ: 2 },
  wick_exhaustion: { minRange: 1, minWick: 0.6, flipBars: 2, confirmBars: 0 },
  cvd: 'off',
  eventSpacingBars: 12,
};

/** The flag as the source design words it, "range ≤ 0.5·ATR" and kATR ≥ 1.5: it finds next to nothing on real bars. */
export const LITERAL_RULE_SET: RuleSetParams = {
  ...DEFAULT_RULE_SET,
  flag: { ...DEFAULT_RULE_SET.flag, kMin: 1.5, rangeBasis: 'atr' },
};
