import type { ExploreState } from './explore-state.ts';
import type { PersonMark } from './mark.ts';

/** The labels that stand, oldest window first: the server's, with what has happened here since. */
export function standingPeople(
  stored: readonly PersonMark[],
  { given, takenBack }: Pick<ExploreState, 'given' | 'takenBack'>,
): readonly PersonMark[] {
  if (given.length === 0 && takenBack.size === 0) return stored;
  const known = new Set(stored.map(({ annotationId }) => annotationId));
  return [...stored, ...given.filter(({ annotationId }) => !known.has(annotationId))]
    .filter(({ annotationId }) => !takenBack.has(annotationId))
    .sort((a, b) => a.ts - b.ts);
}
