import type { RuleStates } from './event.ts';

/** Every bar's outcome in columns aligned to the bars; a bar outside the lookback has no window. */
export interface ScanColumns {
  readonly valid: Uint8Array;
  readonly states: RuleStates;
  /** Weak labels (event.ts). */
  readonly labels: Uint8Array;
  /** CLEAR, EVENT, DROPPED or SHADOWED (event.ts). */
  readonly events: Uint8Array;
}
