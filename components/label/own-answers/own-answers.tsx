'use client';

import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { formatBarTime } from '@/components/chart/price-format.ts';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';
import { api } from '@/lib/contract/api.ts';
import { CLASS_FACTS } from '@/lib/contract/classes.ts';
import { type OwnAnswers as Only, OWN_ANSWERS, type OwnAnswer } from '@/lib/contract/label.ts';
import { BesidePanel } from '../beside-panel.tsx';
import { skipWords } from '../skip-words.ts';
import { useLabel } from '../use-label-store.ts';
import classes from './own-answers.module.css';

const PAGE = 50;
const ALL = 'all';

const ONLY_WORDS: Readonly<Record<Only, string>> = {
  flag: CLASS_FACTS.flag.name,
  wedge: CLASS_FACTS.wedge.name,
  blowoff: CLASS_FACTS.blowoff.name,
  wick_exhaustion: CLASS_FACTS.wick_exhaustion.name,
  none: CLASS_FACTS.none.name,
  skip: 'Skips',
  note: 'With a note',
};

interface OwnAnswersProps {
  queueId: number;
  onClose: () => void;
}

/** What the person has said, beside the chart; any answer of this queue can be thought over. */
export function OwnAnswers({ queueId, onClose }: OwnAnswersProps) {
  const [only, choose] = useState<Only | typeof ALL>(ALL);
  const waits = useOutbox((state) => state.waiting.length);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.ownAnswers(only),
    queryFn: ({ signal, pageParam }) =>
      call(api.ownAnswers, {
        query: {
          limit: PAGE,
          ...(only === ALL ? {} : { only }),
          ...(pageParam === null ? {} : { after: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ answers, more }) => (more ? (answers.at(-1)?.id ?? null) : null),
    staleTime: 0,
  });
  // What has gone out meanwhile stands in the list now.
  const before = useRef(waits);
  useEffect(() => {
    if (waits < before.current) void refetch();
    before.current = waits;
  }, [waits, refetch]);
  const answers = data?.pages.flatMap((page) => page.answers) ?? [];
  return (
    <BesidePanel
      title="Your answers"
      contents="What you said"
      closes="Close your answers"
      onClose={onClose}
      choice={
        <NativeSelect
          size="xs"
          aria-label="Which answers"
          value={only}
          onChange={(event) => choose(event.currentTarget.value as Only | typeof ALL)}
          data={[
            { value: ALL, label: 'All' },
            ...OWN_ANSWERS.map((value) => ({ value, label: ONLY_WORDS[value] })),
          ]}
        />
      }
    >
      <Problem error={error} onRetry={refetch} />
      {data === undefined ? (
        error ? null : (
          <LoadingRows rows={8} />
        )
      ) : answers.length === 0 ? (
        <EmptyNote
          text={
            only === ALL ? 'You have not answered anything yet.' : 'None of your answers is of this kind.'
          }
        />
      ) : (
        <ol className={classes.answers} aria-label="Answers, the newest first">
          {answers.map((answer) => (
            <Row key={answer.id} answer={answer} queueId={queueId} />
          ))}
        </ol>
      )}
      {hasNextPage ? (
        <Button
          variant="default"
          size="compact-sm"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Earlier ones
        </Button>
      ) : null}
    </BesidePanel>
  );
}

function Row({ answer, queueId }: { answer: OwnAnswer; queueId: number }) {
  const { label, skipReason, suggestedClass, note, marks, poleKatr, symbol, timeframe, ts } = answer;
  return (
    <li className={classes.row} data-retracted={answer.retractedAt !== null || undefined}>
      <div className={classes.said}>
        {label === null ? <span>skip: {skipWords(skipReason)}</span> : <ClassBadge id={label} show="name" />}
        {label !== null && suggestedClass !== null && suggestedClass !== label ? (
          <span className={classes.aside}>was {CLASS_FACTS[suggestedClass].name.toLowerCase()}</span>
        ) : null}
        <time dateTime={answer.answeredAt}>{formatMoment(answer.answeredAt)}</time>
      </div>
      <div className={classes.aside}>
        {symbol} · {timeframe} · {formatBarTime(ts)}
      </div>
      {marks === null ? null : <div className={classes.aside}>own pole, {poleKatr?.toFixed(2)} ATR</div>}
      {note === null ? null : <q className={classes.note}>{note}</q>}
      <Change answer={answer} queueId={queueId} />
    </li>
  );
}

/** The way to the window; an answer is changed where it was given. */
function Change({ answer, queueId }: { answer: OwnAnswer; queueId: number }) {
  const takeBack = useLabel((state) => state.takeBack);
  if (answer.retractedAt !== null) return <span className={classes.aside}>taken back</span>;
  if (answer.queueId === null) return <span className={classes.aside}>given in Explore</span>;
  if (answer.queueId !== queueId)
    return (
      <a className={classes.change} href={`/label?queue=${answer.queueId}`}>
        in another queue
      </a>
    );
  const { id, windowId, itemId, label, skipReason, note, marks, suggestedClass: suggested } = answer;
  const given = { id, windowId, itemId, label, skipReason, note, marks, suggested, held: null };
  return (
    <button
      type="button"
      className={classes.change}
      onMouseDown={keepFocus}
      onClick={() => void takeBack({ ...given, at: Date.parse(answer.answeredAt) })}
    >
      take back and answer again
    </button>
  );
}
