/** The patterns that the generator plants. */
export type PlantedClass = 'flag' | 'wedge' | 'blowoff' | 'wick_exhaustion';

/** One planted pattern, as the generator meant it; no rule was asked. */
export interface PlantedPattern {
  readonly class: PlantedClass;
  /** Open time of the bar at which the pattern is complete, ms UTC. */
  readonly ts: number;
  /** Open time of the first bar at which it can be seen; before `ts` only for a wedge, which is there while it narrows. */
  readonly visibleFromTs: number;
  /** Where price is expected to go: 1 up, -1 down. */
  readonly direction: 1 | -1;
  /** Height of a flag's pole in mean true ranges at `ts`; null for other classes. */
  readonly poleKatr: number | null;
}

/** The same before bars have times: indices instead. */
export interface Planted {
  readonly class: PlantedClass;
  readonly bar: number;
  readonly visibleFrom: number;
  readonly direction: 1 | -1;
  readonly poleKatr: number | null;
}
