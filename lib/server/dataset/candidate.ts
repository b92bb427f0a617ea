import { type ClassId, NONE } from '@/lib/contract/classes.ts';
import type { LABEL_SOURCES } from '@/lib/contract/dataset.ts';
import type { Split } from '@/lib/core/split.ts';

export type LabelSource = (typeof LABEL_SOURCES)[number];
export type WeakKind = 'event' | 'near_miss' | 'sampled_none' | 'undecided';

export interface DatasetSeries {
  readonly id: number;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly timeframeMs: number;
  readonly segmentGap: number;
  /** A window may hold no longer gap, in timeframes. */
  readonly maxWindowGap: number;
  readonly barsKey: string | null;
}

/** How a policy names a market: `venue:symbol`. */
export const marketOf = ({ venue, symbol }: DatasetSeries): string => `${venue}:${symbol}`;

/** A stored window that a dataset could take, with what the rule set says of it. */
export interface Candidate {
  readonly windowId: string;
  readonly seriesId: number;
  /** Open time of bar t, ms UTC. */
  readonly ts: number;
  readonly snapshotHash: string;
  readonly stale: boolean;
  /** Null where the policy's rule set never saw the window: only a person's label can bring it in. */
  readonly weak: {
    readonly kind: WeakKind;
    readonly class: ClassId;
    readonly poleKatr: number | null;
    /** How many valid windows of its series it stands for. */
    readonly naturalWeight: number;
  } | null;
}

/** What the rule set makes of a window; null where it never saw it, or could not decide. */
export function weakLabelOf({ weak }: Candidate): ClassId | null {
  if (weak === null || weak.kind === 'undecided') return null;
  return weak.kind === 'event' ? weak.class : NONE;
}

export interface RecordLabel {
  readonly label: ClassId;
  /** Given while later bars were visible. */
  readonly sawFuture: boolean;
  /** Height of a flag's pole over the ATR of t where people marked it. */
  readonly poleKatr: number | null;
}

/** What a round's teacher took a window for. */
export interface PseudoLabel {
  readonly label: ClassId;
  /** Whose word it is: the teacher's version name and the round's id. */
  readonly teacher: string;
  readonly round: number;
}

/** A window with its label and split; its weight is set once the rows are final. */
export interface DatasetRow {
  readonly candidate: Candidate;
  readonly series: DatasetSeries;
  /** Open time of the window's first bar, ms UTC. */
  readonly firstTs: number;
  readonly label: ClassId;
  readonly source: LabelSource;
  /** Of a flag: as people marked it, else as the rule measured it, else unknown. */
  readonly poleKatr: number | null;
  readonly split: Split;
  /** Where the label is a pseudo-label; null elsewhere. */
  readonly pseudo: PseudoLabel | null;
}

/** Windows of one split that the rules chose alike: a sampled row of it stands for the others. */
export function stratumOf(split: Split, { weak }: Candidate): string {
  return `${split} ${weak?.kind ?? 'never scanned'} ${weak?.class ?? ''}`;
}

/** Natural weights of all stored windows by stratum, labelled or not. */
export type Population = ReadonlyMap<string, number>;

/** Adds a window's natural weight to its stratum. */
export function addToPopulation(population: Map<string, number>, split: Split, candidate: Candidate): void {
  const key = stratumOf(split, candidate);
  population.set(key, (population.get(key) ?? 0) + (candidate.weak?.naturalWeight ?? 0));
}
