import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { countOf, formatDuration, formatMoment, formatShare } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { RecordState, WindowHistory } from '@/lib/contract/record.ts';
import classes from './history.module.css';

type Answer = WindowHistory['answers'][number];
type Change = WindowHistory['records'][number];

/** What people said of a window and what the team stood by, in the order in which it came about. */
export function HistoryDrawer({ windowId, onClose }: { windowId: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: keys.windowHistory(windowId),
    queryFn: ({ signal }) => call(api.windowHistory, { params: { id: windowId }, signal }),
    staleTime: 0,
  });
  return (
    <Drawer.Root
      opened
      onClose={onClose}
      position="right"
      size={420}
      classNames={{ content: classes.drawer }}
    >
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes.head}>
          <Drawer.Title className={classes.title}>History of the window</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </div>
        <Drawer.Body>
          <Problem error={error} onRetry={refetch} />
          {data ? <History history={data} /> : error ? null : <LoadingRows rows={4} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function History({ history: { answers, records } }: { history: WindowHistory }) {
  if (answers.length === 0) return <EmptyNote text="Nobody has said anything of this window yet." />;
  const events = [
    ...answers.map((answer) => ({ at: answer.at, key: answer.id, event: <AnswerLine answer={answer} /> })),
    ...records.map((change, i) => ({
      at: change.at,
      key: `record ${i}`,
      event: <RecordLine change={change} inForce={i === records.length - 1} />,
    })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (
    <ol className={classes.events}>
      {events.map(({ at, key, event }) => (
        <li key={key}>
          <time dateTime={at}>{formatMoment(at)}</time>
          {event}
        </li>
      ))}
    </ol>
  );
}

function AnswerLine({ answer }: { answer: Answer }) {
  const { person, label, skipReason, note, blind, sawFuture, surplus, elapsedMs, retractedAt } = answer;
  const asides = [
    formatDuration(elapsedMs / 1000),
    blind && 'blind',
    sawFuture && 'saw later bars',
    surplus && 'surplus',
    retractedAt && `taken back ${formatMoment(retractedAt)}`,
  ].filter(Boolean);
  return (
    <div className={classes.event} data-retracted={retractedAt !== null || undefined}>
      <span className={classes.said}>
        <span className={classes.person}>{person}</span>
        {label === null ? <span>skip: {skipReason?.replaceAll('_', ' ')}</span> : null}
        {label === null ? null : <ClassBadge id={label} show="name" />}
      </span>
      <span className={classes.aside}>{asides.join(' · ')}</span>
      {note === null ? null : <q className={classes.note}>{note}</q>}
    </div>
  );
}

const STATE_WORDS: Readonly<Record<RecordState, string>> = {
  open: 'no label of record',
  conflict: 'conflict: a reviewer decides',
  consensus: 'label of record by consensus:',
  adjudicated: 'label of record by adjudication:',
};

function RecordLine({ change, inForce }: { change: Change; inForce: boolean }) {
  const { state, label, answers, agreement, wantedAnswers, wantedShare, adjudicator } = change;
  const found = `${countOf(answers, 'answer')} of ${wantedAnswers}, ${formatShare(agreement)} agree, ${formatShare(wantedShare)} needed`;
  return (
    <div className={classes.event} data-record data-in-force={inForce || undefined}>
      <span className={classes.said}>
        {STATE_WORDS[state]}
        {label === null ? null : <ClassBadge id={label} show="name" />}
        {inForce ? <span className={classes.aside}>in force</span> : null}
      </span>
      <span className={classes.aside}>{adjudicator === null ? found : `by ${adjudicator}`}</span>
    </div>
  );
}
