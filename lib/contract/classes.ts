/** The one place that knows how many classes there are and in what order. Models carry their own copy and are checked against it. */
export const CLASS_IDS = ['flag', 'wedge', 'blowoff', 'wick_exhaustion', 'none'] as const;
export type ClassId = (typeof CLASS_IDS)[number];
export const CLASS_COUNT = CLASS_IDS.length;
export const NONE: ClassId = 'none';
/** The class that has a pole and a consolidation. */
export const POLED: ClassId = 'flag';

/** The class's place in every probability vector, confusion matrix and target array. */
export function classIndex(id: ClassId): number {
  return CLASS_IDS.indexOf(id);
}

/** Digit key, letter and words of a class, the same in every screen, tooltip and report. */
export const CLASS_FACTS: Record<ClassId, { key: string; letter: string; name: string }> = {
  flag: { key: '1', letter: 'F', name: 'Flag' },
  wedge: { key: '2', letter: 'W', name: 'Wedge' },
  blowoff: { key: '3', letter: 'B', name: 'Blowoff' },
  wick_exhaustion: { key: '4', letter: 'X', name: 'Wick exhaustion' },
  none: { key: '5', letter: 'N', name: 'None' },
};
