import type { Run } from '@/lib/contract/train.ts';

/** Steps done of all steps of a run, 0 to 1; null before its first step. Early stopping may end it sooner. */
export function shareDone({ state, progress }: Pick<Run, 'state' | 'progress'>): number | null {
  if (state === 'done') return 1;
  if (!progress || progress.epochs === 0 || progress.steps === 0) return null;
  const epochs = Math.max(0, progress.epoch - 1) + progress.step / progress.steps;
  return Math.min(1, epochs / progress.epochs);
}

export const PRESET_WORDS: Record<Run['preset'], string> = {
  quick: '2,000 rows, 6 epochs: minutes, to see that it works',
  standard: '12,000 rows, 15 epochs: a first model',
  full: 'All rows, up to 50 epochs: the model to promote',
};
