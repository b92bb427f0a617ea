'use client';

import { ClassBadge } from '@/components/class/class-badge.tsx';
import type { GivenAnswer } from '@/lib/client/label/history.ts';
import { answersOf, type OutboxEntry } from '@/lib/client/outbox/entry.ts';
import { useOutbox, useOutboxState } from '@/lib/client/outbox/state.ts';
import { CLASS_FACTS } from '@/lib/contract/classes.ts';
import classes from './answer-strip.module.css';
import { GoldButton } from './gold/gold-button.tsx';
import { useGoldWords } from './gold/gold-words.tsx';
import { useGold } from './gold/use-gold.ts';
import { HistoryButton } from './history/history-button.tsx';
import { ReplayButton } from './replay/replay-button.tsx';
import { useLabel } from './use-label-store.ts';

const SHOWN = 24;

/** What a person should know while they go on, by where their answers are. */
const CALM = {
  saved: '',
  waiting: '',
  offline: 'Offline: go on, answers are kept here and go out later.',
  'signed-out': 'Signed out: go on, answers are kept here until you sign in.',
} as const;

/** The last answers, newest first, and what is ready next; for reviewers also what they do about the last one. */
export function AnswerStrip({ isReviewer }: { isReviewer: boolean }) {
  const answers = useLabel((state) => state.answers);
  const ready = useLabel((state) => state.ready.length);
  const notice = useLabel((state) => state.notice);
  const bringingBack = useLabel((state) => state.bringingBack);
  const inReserve = useLabel((state) => state.inReserve);
  const { kind } = useOutboxState();
  const ofGold = useGoldWords(answers);
  const said = bringingBack === null ? notice : 'Bringing the last window back…';
  return (
    <footer className={classes.strip}>
      <span className={classes.label}>last answers</span>
      <ReplayButton />
      {isReviewer ? (
        <>
          <GoldButton />
          <HistoryButton />
        </>
      ) : null}
      <ol className={classes.answers} data-testid="answers" data-count={answers.length}>
        {answers.slice(0, SHOWN).map((answer) => (
          <Answer key={answer.id} answer={answer} />
        ))}
      </ol>
      <output className={classes.notice}>{said ?? ofGold ?? CALM[kind]}</output>
      <span
        className={classes.ready}
        data-testid="ready"
        data-count={ready}
        data-reserve={inReserve}
        title={`${inReserve} more are in this browser’s reserve, for when the server cannot be reached`}
      >
        next {ready} ready · {inReserve} behind
      </span>
    </footer>
  );
}

const gives = (entries: readonly OutboxEntry[], answerId: string): boolean =>
  entries.some((entry) => answersOf(entry).some(({ id }) => id === answerId));

function Answer({ answer: { id, label, suggested, skipReason } }: { answer: GivenAnswer }) {
  const waits = useOutbox((state) => gives(state.waiting, id));
  const refused = useOutbox((state) => gives(state.refused, id));
  const gold = useGold(({ marks }) => marks.has(id));
  const fate = refused ? 'refused' : waits ? 'waiting' : 'saved';
  return (
    <li
      className={classes.answer}
      data-fate={fate}
      data-gold={gold || undefined}
      title={`${refused ? 'refused by the server' : fate}${gold ? ', marked as gold' : ''}`}
    >
      {label === null ? (
        <span title={skipReason ?? undefined}>skip</span>
      ) : (
        <>
          <ClassBadge id={label} />
          {suggested === label ? (
            <span title="as suggested">✓</span>
          ) : suggested === null ? null : (
            <span className={classes.was}>(was {CLASS_FACTS[suggested].letter})</span>
          )}
        </>
      )}
    </li>
  );
}
