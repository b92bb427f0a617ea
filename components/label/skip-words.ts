import { SKIP_REASONS } from '@/lib/contract/label.ts';

/** Why a window was skipped, by what is stored. */
export const SKIP_WORDS: Readonly<Record<(typeof SKIP_REASONS)[number], string>> = {
  unclear: 'unclear',
  bad_data: 'bad data',
  two_patterns: 'two patterns',
  other: 'other',
};

/** Of a stored reason; one that this release does not know stands as it is stored. */
export function skipWords(reason: string | null): string {
  const known = SKIP_REASONS.find((one) => one === reason);
  return known ? SKIP_WORDS[known] : (reason ?? '');
}
