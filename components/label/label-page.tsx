'use client';

import { useQuery } from '@tanstack/react-query';
import { parseAsInteger, parseAsStringLiteral, useQueryState } from 'nuqs';
import { call } from '@/lib/client/api.ts';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { api } from '@/lib/contract/api.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { Elsewhere, useEmptyQueue } from './elsewhere.tsx';
import { GridWorkbench } from './grid/grid-workbench.tsx';
import { LABEL_MODES, type LabelMode } from './label-mode.ts';
import type { QueueHeaderProps } from './queue-header.tsx';
import { LabelSkeleton, Message } from './states.tsx';
import { Workbench } from './workbench.tsx';

interface LabelPageProps {
  person: { id: string; role: Role };
}

/** The label page: finds the queue (the one in the address, else the default) and opens the workbench on it. */
export function LabelPage({ person }: LabelPageProps) {
  const [chosen, choose] = useQueryState('queue', parseAsInteger);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['queues'],
    queryFn: ({ signal }) => call(api.listQueues, { signal }),
    // The list only names queues; what remains in this one comes with its progress. None may be one a moment later.
    staleTime: ({ state }) =>
      state.data?.queues.some(({ id }) => chosen === null || id === chosen) ? 60_000 : 0,
  });
  if (error && !data) {
    return (
      <Message
        title="The queues could not be read"
        act={{ words: 'Try again', run: () => void refetch(), busy: isFetching }}
      >
        {error.message} Answers kept in this browser are safe.
      </Message>
    );
  }
  if (!data) return <LabelSkeleton />;
  if (chosen !== null && !data.queues.some(({ id }) => id === chosen)) {
    return isFetching ? (
      <LabelSkeleton />
    ) : (
      <ClosedQueue
        queueId={chosen}
        role={person.role}
        queues={data.queues}
        onLook={() => void refetch()}
        onChoose={(id) => void choose(id)}
      />
    );
  }
  const queue =
    data.queues.find(({ id }) => id === chosen) ??
    data.queues.find(({ isDefault }) => isDefault) ??
    data.queues[0];
  if (!queue) {
    return holdsRole(person.role, 'admin') ? (
      <Message title="There is nothing to label yet" act={{ words: 'Import bars', href: '/data' }}>
        A queue fills itself from the windows that a scan finds in imported bars.
      </Message>
    ) : (
      <Message
        title="There is nothing to label yet"
        act={{ words: 'Look again', run: () => void refetch(), busy: isFetching }}
      >
        An admin imports bars first; the windows found in them then stand here.
      </Message>
    );
  }
  return (
    <QueueWork person={person} queueId={queue.id} queues={data.queues} onChoose={(id) => void choose(id)} />
  );
}

interface ClosedQueueProps extends Pick<QueueHeaderProps, 'queueId' | 'onChoose'> {
  role: Role;
  queues: readonly { id: number; name: string; remaining: number }[];
  onLook: () => void;
}

/** The address names a queue that is paused, archived, gone or not for this person. */
function ClosedQueue({ queueId, role, queues, onLook, onChoose }: ClosedQueueProps) {
  const { data, error, isPending } = useEmptyQueue(queueId);
  if (isPending) return <LabelSkeleton />;
  const open = queues.flatMap(({ id, name, remaining }) =>
    remaining > 0 ? [{ id, name, waiting: remaining }] : [],
  );
  const manage = holdsRole(role, 'reviewer') ? '/review/queues' : null;
  return (
    <Message
      title="This queue is not open to you"
      act={{ words: 'Look again', run: onLook }}
      after={<Elsewhere queues={data?.elsewhere ?? open} onChoose={onChoose} manage={manage} />}
    >
      {data?.why ?? error?.message}
    </Message>
  );
}

/** The queue, worked through in the way that the address says. */
function QueueWork({ person, ...queue }: Omit<QueueHeaderProps, 'mode' | 'onMode'> & LabelPageProps) {
  const [mode, turn] = useQueryState('mode', parseAsStringLiteral(LABEL_MODES).withDefault('single'));
  useHotkeys({ v: () => void turn(mode === 'grid' ? 'single' : 'grid') });
  const header = { ...queue, mode, onMode: (one: LabelMode) => void turn(one) };
  const key = `${person.id}:${queue.queueId}`;
  return mode === 'grid' ? (
    <GridWorkbench key={key} person={person} {...header} />
  ) : (
    <Workbench key={key} person={person} {...header} />
  );
}
