'use client';

import { ClassBadge } from '@/components/class/class-badge.tsx';
import type { GivenAnswer } from '@/lib/client/label/history.ts';
import { useGold } from './use-gold.ts';

/** So many answers later nobody remembers which window it was. */
const TOLD_FOR = 6;

/** The answer that something was told of, while it is among the latest. */
function recent(answers: readonly GivenAnswer[], answerId: string | undefined): GivenAnswer | undefined {
  return answers.slice(0, TOLD_FOR).find(({ id }) => id === answerId);
}

/** What there is to be told of gold; null where there is nothing. */
export function useGoldWords(answers: readonly GivenAnswer[]) {
  const trouble = useGold((state) => state.trouble);
  const says = useGold((state) => state.says);
  if (trouble && recent(answers, trouble.answerId)) return trouble.what;
  const differs = recent(answers, says?.answerId);
  if (!says || !differs) return null;
  const ago = answers.indexOf(differs);
  return (
    <>
      Gold says <ClassBadge id={says.what} show="name" /> of{' '}
      {ago === 0 ? 'the last window' : `the window ${ago + 1} back`}
      {differs.label === null ? '.' : ', you said '}
      {differs.label === null ? null : <ClassBadge id={differs.label} show="name" />}
    </>
  );
}
