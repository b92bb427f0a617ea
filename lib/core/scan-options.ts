import type { RuleSetParams } from './rule/rule-set.ts';
import type { SegmentSettings } from './segment.ts';

export interface ScanOptions {
  readonly timeframeMs: number;
  readonly segmentSettings: SegmentSettings;
  readonly ruleSet: RuleSetParams;
  /** Only windows that end within so many days of the series' last bar are scanned. */
  readonly lookbackDays: number | 'all';
  /** Decides which windows stand for `none`; the same seed chooses the same ones. */
  readonly seed: number;
  /** How many windows of `none` to keep, near misses and others together; default: twice the largest class's events. */
  readonly noneTarget?: number;
}
