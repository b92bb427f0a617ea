/** One quantity among the auxiliary values, told of one bar or of several. */
export interface AuxGroup {
  /** What the value is, its scale included. */
  readonly name: string;
  /** The bars that it is told of, counted from t: a value each. */
  readonly bars: readonly number[];
}

/** The auxiliary values in words, in their order (the formulas stand in schema.ts). */
export const AUX_GROUPS: readonly AuxGroup[] = [
  { name: 'volume z-score, halved', bars: [-2, -1, 0] },
  { name: 'delta over volume, times 3', bars: [-4, -3, -2, -1, 0] },
  { name: 'ATR z-score, halved', bars: [0] },
  { name: 'ln of the window’s height in ATR, less 2', bars: [0] },
  { name: 'ln of the ATR over that of t', bars: [-16, -32, -48, -63] },
  { name: 'top wick’s share of the bar, less 0.3, times 3', bars: [0] },
  { name: 'bottom wick’s share of the bar, less 0.3, times 3', bars: [0] },
  { name: 'bar’s range in ATR, at most 4, less 1', bars: [0] },
  { name: 'delta turned positive since t−2: 1 yes, −1 no', bars: [0] },
];
