import type { CheckId } from '@/lib/contract/dataset-check.ts';

/** What each check looks for. */
export const CHECK_WORDS: Readonly<Record<CheckId, { name: string; about: string }>> = {
  event: { name: 'Events', about: 'No event, windows within 12 bars of a series, has rows in two splits.' },
  embargo: {
    name: 'Embargo',
    about: 'No row closes within 64 bars of the longest timeframe before the first bar of a later split.',
  },
  bars: { name: 'Shared bars', about: 'No bar of a series is in windows of two splits.' },
  gold: {
    name: 'Gold',
    about: 'No row of training or validation ends within 64 bars of a gold window, or shares a bar with one.',
  },
  image: { name: 'Equal images', about: 'No image is in two splits, by the hash of its pixels.' },
  likeness: {
    name: 'Near-duplicates',
    about: 'No held-out window is nearly the same as a training window to a model.',
  },
};
