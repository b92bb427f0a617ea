import { createColumnHelper } from '@tanstack/react-table';
import type { CSSProperties } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { ManagedQueue } from '@/lib/contract/queue.ts';
import { mixWords, PURPOSE_WORDS, STATE_LOOKS, shortCount, stateOf, timeLeft } from './queue-words.ts';
import classes from './queues.module.css';

const column = createColumnHelper<ManagedQueue>();
const right = (width: string, title?: string) => ({ width, align: 'right' as const, title });

/** `812/2k` over a bar as long as the share that is reached. */
function Reached({ queue, id }: { queue: ManagedQueue; id: ClassId }) {
  const done = queue.labelled[id];
  const target = queue.targets[id];
  return (
    <span
      className={classes.reached}
      title={`${CLASS_FACTS[id].name}: ${formatCount(done)} of ${formatCount(target)} wanted`}
      style={
        {
          '--class': `var(--hy-class-${id})`,
          '--share': target > 0 ? Math.min(1, done / target) : 0,
        } as CSSProperties
      }
      data-target={target > 0 || undefined}
    >
      {shortCount(done)}
      {target > 0 ? <span className={classes.dim}>/{shortCount(target)}</span> : null}
    </span>
  );
}

function Pace({ queue: { pace } }: { queue: ManagedQueue }) {
  if (pace.people === 0) return <span className={classes.dim}>–</span>;
  return (
    <>
      {pace.perMinute < 1 ? pace.perMinute.toFixed(1) : Math.round(pace.perMinute)}
      <span className={classes.dim}>/min · {pace.people}</span>
    </>
  );
}

export const QUEUE_COLUMNS = [
  column.accessor('name', {
    header: 'Queue',
    cell: ({ getValue }) => <strong className={classes.name}>{getValue()}</strong>,
    meta: { width: 'minmax(124px, 1.6fr)' },
  }),
  column.accessor(({ purpose }) => PURPOSE_WORDS[purpose], {
    id: 'purpose',
    header: 'For',
    meta: { width: '56px', title: 'What it is for' },
  }),
  column.accessor(stateOf, {
    id: 'state',
    header: 'State',
    cell: ({ getValue }) => <StatusDot status={STATE_LOOKS[getValue()]}>{getValue()}</StatusDot>,
    meta: { width: '86px' },
  }),
  column.accessor('remaining', {
    header: 'Left',
    cell: ({ row: { original } }) => (
      <>
        {formatCount(original.remaining)}
        <span className={classes.dim}> of {formatCount(original.total)}</span>
      </>
    ),
    meta: right('minmax(116px, 0.6fr)', 'Windows that still want an answer'),
  }),
  ...CLASS_IDS.map((id) =>
    column.accessor(({ labelled }) => labelled[id], {
      id,
      header: () => <ClassBadge id={id} />,
      cell: ({ row: { original } }) => <Reached queue={original} id={id} />,
      meta: right('minmax(58px, 0.3fr)', `${CLASS_FACTS[id].name}: labels of record, of those wanted`),
    }),
  ),
  column.accessor(({ mix }) => mixWords(mix), {
    id: 'mix',
    header: 'Mix',
    cell: ({ row: { original }, getValue }) =>
      original.filter ? (
        <span title={getValue()}>{getValue()}</span>
      ) : (
        <span className={classes.dim}>by hand</span>
      ),
    meta: { width: 'minmax(74px, 0.8fr)', title: 'Shares of the places by strategy, per cent' },
  }),
  column.accessor(({ pace }) => pace.perMinute, {
    id: 'pace',
    header: 'Pace',
    cell: ({ row: { original } }) => <Pace queue={original} />,
    meta: right('82px', 'Answers a minute over the last ten, and by how many people'),
  }),
  column.accessor(({ remaining, pace }) => (pace.perMinute > 0 ? remaining / pace.perMinute : undefined), {
    id: 'timeLeft',
    header: 'Time left',
    cell: ({ row: { original } }) =>
      timeLeft(original.remaining, original.pace.perMinute) ?? <span className={classes.dim}>–</span>,
    sortUndefined: 'last',
    meta: right('76px', 'At this pace'),
  }),
];
