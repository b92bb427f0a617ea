import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { ComparedRun, MeasuredBlock } from '@/lib/contract/compare-runs.ts';
import type { SPLITS } from '@/lib/contract/dataset.ts';

export const MIXES = ['sampled', 'natural'] as const;
type Mix = (typeof MIXES)[number];
type Interval = readonly [number, number];

export interface Figure {
  readonly value: number | null;
  readonly interval: Interval | null;
}
export interface FigureRow {
  readonly name: string;
  readonly classId: ClassId | null;
  readonly digits: number;
  /** One for each run; null where the run has no such figures. */
  readonly figures: readonly (Figure | null)[];
  /** Place of the run that is best here, where its interval overlaps no other's. */
  readonly best: number | null;
}

interface Reading {
  readonly name: string;
  readonly classId?: ClassId;
  readonly digits?: number;
  readonly lowIsGood?: boolean;
  readonly read: (block: MeasuredBlock) => Figure;
}
const READINGS: readonly Reading[] = [
  { name: 'Macro-F1', read: (block) => figure(block.macro_f1, block.macro_f1_interval) },
  ...CLASS_IDS.map((classId, at) => ({
    name: `F1 of ${CLASS_FACTS[classId].name.toLowerCase()}`,
    classId,
    read: ({ per_class }: MeasuredBlock) => figure(per_class[at]?.f1, per_class[at]?.f1_interval),
  })),
  { name: 'ECE', lowIsGood: true, read: (block) => figure(block.ece, block.ece_interval) },
  {
    name: 'Pole error, ATR',
    digits: 2,
    lowIsGood: true,
    read: (block) => figure(block.pole_mae, block.pole_mae_interval),
  },
];

const figure = (value: number | null | undefined, interval: Interval | null | undefined): Figure => ({
  value: value ?? null,
  interval: interval ?? null,
});

/** The final figures of each run on a split, one row a figure. */
export function figureRows(
  runs: readonly ComparedRun[],
  split: (typeof SPLITS)[number],
  mix: Mix,
): FigureRow[] {
  return READINGS.map(({ name, classId = null, digits = 3, lowIsGood = false, read }) => {
    const figures = runs.map(({ measured }) => {
      const block = measured?.[split]?.[mix];
      return block ? read(block) : null;
    });
    return { name, classId, digits, figures, best: apartFromTheRest(figures, lowIsGood) };
  });
}

/** Null where a figure or its interval is missing, or the best one's interval overlaps another's. */
function apartFromTheRest(figures: readonly (Figure | null)[], lowIsGood: boolean): number | null {
  const known = figures.flatMap((one, at) =>
    one?.interval ? [{ at, low: one.interval[0], high: one.interval[1] }] : [],
  );
  if (known.length < 2 || known.length < figures.length) return null;
  const [first] = known.toSorted((a, b) => (lowIsGood ? a.high - b.high : b.low - a.low));
  const others = known.filter(({ at }) => at !== first.at);
  const clear = lowIsGood
    ? others.every(({ low }) => low > first.high)
    : others.every(({ high }) => high < first.low);
  return clear ? first.at : null;
}
