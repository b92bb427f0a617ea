'use client';

import { Button, Switch } from '@mantine/core';
import {
  parseAsBoolean,
  parseAsInteger,
  parseAsJson,
  parseAsString,
  useQueryState,
  useQueryStates,
} from 'nuqs';
import { useState } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { DataTable } from '@/components/figure/data-table.tsx';
import { countOf } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { type Undoable, UndoBar } from '@/components/figure/undo-bar.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { type ManagedQueue, queueFilterSchema } from '@/lib/contract/queue.ts';
import { MineDialog } from './mine-dialog.tsx';
import { QUEUE_COLUMNS } from './queue-columns.tsx';
import { NewQueueDrawer, QueueDrawer } from './queue-drawer.tsx';
import { newValues } from './queue-values.ts';
import classes from './queues.module.css';
import { type Toggle, useQueues, useToggleQueue } from './use-queues.ts';

/** What another page filled in; nothing where it cannot be read. */
const readFilter = (value: unknown) => queueFilterSchema.safeParse(value).data ?? null;
const idOf = ({ id }: ManagedQueue) => String(id);

/** All queues; one that is open, or the form of a new one, in a drawer beside them. */
export function QueuesPage() {
  const queues = useQueues();
  const [open, setOpen] = useQueryState('queue', parseAsString);
  const [archived, showArchived] = useQueryState('archived', parseAsBoolean.withDefault(false));
  const [given, setGiven] = useQueryStates({ filter: parseAsJson(readFilter), rules: parseAsInteger });
  const [sorting, setSorting] = useUrlSorting('');
  const [mining, setMining] = useState(false);
  const [done, setDone] = useState<Undoable | null>(null);
  const toggle = useToggleQueue();
  const all = queues.data?.queues ?? [];
  const rows = archived ? all : all.filter(({ archivedAt }) => archivedAt === null);
  const shown = all.find((queue) => idOf(queue) === open);
  const hidden = all.length - rows.length;
  useHotkeys({ n: () => void setOpen('new'), m: () => setMining(true) }, open === null && !mining);

  function change(queue: ManagedQueue, to: Toggle, words: string) {
    toggle.mutate({ id: queue.id, change: to });
    const back: Toggle =
      to.archived === undefined ? { paused: queue.paused } : { archived: !to.archived, paused: queue.paused };
    setDone({ words, undo: () => toggle.mutate({ id: queue.id, change: back }) });
  }

  /** From the form of a new queue to one that is there, or to none. */
  function goOn(id: number | null) {
    void setGiven(null);
    void setOpen(id === null ? null : String(id));
  }

  return (
    <div className={classes.page}>
      <TopBar>
        {queues.data ? (
          <span>
            {countOf(all.length, 'queue')} ·{' '}
            {countOf(
              rows.reduce((sum, { remaining, paused }) => sum + (paused ? 0 : remaining), 0),
              'window',
            )}{' '}
            open
          </span>
        ) : null}
      </TopBar>
      <div className={classes.tools}>
        {hidden > 0 || archived ? (
          <Switch
            size="xs"
            label="Archived"
            checked={archived}
            onChange={(event) => void showArchived(event.currentTarget.checked || null)}
          />
        ) : null}
        <Button variant="default" onClick={() => setMining(true)} rightSection={<KeyHint keys="M" />}>
          Mine a class
        </Button>
        <Button onClick={() => void setOpen('new')} rightSection={<KeyHint keys="N" />}>
          New queue
        </Button>
      </div>
      <Problem error={queues.error} onRetry={queues.refetch} />
      <Problem error={toggle.error} />
      {queues.isPending ? <LoadingRows rows={8} /> : null}
      {queues.data && rows.length === 0 ? (
        <EmptyNote text="There is no queue: one takes windows by a filter, in an order that a mix of strategies makes.">
          <Button onClick={() => void setOpen('new')}>Make the first queue</Button>
        </EmptyNote>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label="Queues"
          rows={rows}
          columns={QUEUE_COLUMNS}
          rowId={idOf}
          sorting={sorting}
          onSorting={setSorting}
          chosen={shown ? idOf(shown) : null}
          onOpen={(queue) => void setOpen(idOf(queue))}
        />
      ) : null}
      {shown ? (
        <QueueDrawer key={shown.id} queue={shown} onToggle={change} onClose={() => void setOpen(null)} />
      ) : null}
      {open === 'new' ? (
        <NewQueueDrawer
          initial={newValues(given.filter, given.rules)}
          onClose={() => goOn(null)}
          onMade={goOn}
        />
      ) : null}
      {mining ? (
        <MineDialog
          queues={all}
          onClose={() => setMining(false)}
          onStarted={(queueId) => {
            setMining(false);
            void setOpen(String(queueId));
          }}
        />
      ) : null}
      <UndoBar done={done} onGone={() => setDone(null)} />
    </div>
  );
}
