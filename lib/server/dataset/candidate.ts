import type { ClassId } from '@/lib/contract/classes.ts';
import type { LABEL_SOURCES } from '@/lib/contract/train.ts';
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
  readonly barsKey: string | null;
}

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

export interface RecordLabel {
  readonly label: ClassId;
  /** Given while later bars were visible. */
  readonly sawFuture: boolean;
  /** Height of a flag's pole over the ATR of t where people marked it. */
  readonly poleKatr: number | null;
}

/** A window with its label and split; its weight is set once the rows are final. */
export interface DatasetRow {
  readonly candidate: Candidate;
  readonly series: DatasetSeries;
  readonly label: ClassId;
  readonly source: LabelSource;
  /** Of a flag: as people marked it, else as the rule measured it, else unknown. */
  readonly poleKatr: number | null;
  readonly split: Split;
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
