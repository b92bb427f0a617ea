import { formatCount, formatShare } from '@/components/figure/format.ts';
import type { Share } from '@/lib/contract/gold.ts';

/** `92 % (86-96) of 83`: a share, its 95 % interval in percent, and how many it is of. */
export function shareWords({ hits, trials, low, high }: Share): string {
  if (trials === 0 || low === null || high === null) return '–';
  return `${formatShare(hits / trials)} (${Math.round(100 * low)}-${Math.round(100 * high)}) of ${formatCount(trials)}`;
}
