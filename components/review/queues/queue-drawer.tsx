import { Button, Drawer } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { countOf, formatMoment } from '@/components/figure/format.ts';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { CancelJobButton } from '@/components/jobs/cancel-job-button.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJob } from '@/components/jobs/use-jobs.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { ManagedQueue, newQueueSchema } from '@/lib/contract/queue.ts';
import type { z } from '@/lib/contract/zod.ts';
import { QueueForm } from './queue-form.tsx';
import { type QueueValues, toValues } from './queue-values.ts';
import { STATE_LOOKS, stateOf } from './queue-words.ts';
import classes from './queues.module.css';
import { type Toggle, useOrderQueue } from './use-queues.ts';

const WIDTH = 560;

/** Beside the table. Mantine's own head would be a second banner of the page. */
function Panel({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <Drawer.Root
      opened
      onClose={onClose}
      position="right"
      size={WIDTH}
      classNames={{ content: classes.drawer }}
    >
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={classes.drawerHead}>
          <Drawer.Title className={classes.drawerTitle}>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </div>
        <Drawer.Body className={classes.drawerBody}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface NewQueueDrawerProps {
  initial: QueueValues;
  onClose: () => void;
  onMade: (id: number) => void;
}

/** The form of a queue to be made. */
export function NewQueueDrawer({ initial, onClose, onMade }: NewQueueDrawerProps) {
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: (queue: z.input<typeof newQueueSchema>) => call(api.createQueue, { body: queue }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: keys.queues });
      onMade(id);
    },
  });
  return (
    <Panel title="New queue" onClose={onClose}>
      <QueueForm
        initial={initial}
        isNew
        words="Make the queue"
        busy={make.isPending}
        error={make.error}
        onSubmit={(queue) => make.mutate(queue)}
      />
    </Panel>
  );
}

interface QueueDrawerProps {
  queue: ManagedQueue;
  onToggle: (queue: ManagedQueue, to: Toggle, words: string) => void;
  onClose: () => void;
}

/** A queue: what it is doing, what can be done with it, and its settings. */
export function QueueDrawer({ queue, onToggle, onClose }: QueueDrawerProps) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: ({ purpose: _, ruleSetNumber: __, ...change }: z.input<typeof newQueueSchema>) =>
      call(api.updateQueue, { params: { id: queue.id }, body: change }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.queues }),
  });
  return (
    <Panel title={queue.name} onClose={onClose}>
      <Acts queue={queue} onToggle={onToggle} />
      <OrderState queue={queue} />
      <QueueForm
        initial={toValues(queue)}
        isNew={false}
        words="Save"
        busy={save.isPending}
        error={save.error}
        onSubmit={(change) => save.mutate(change)}
      />
    </Panel>
  );
}

function Acts({ queue, onToggle }: Pick<QueueDrawerProps, 'queue' | 'onToggle'>) {
  const order = useOrderQueue();
  const { id, name, paused, archivedAt, isDefault, orderingJob } = queue;
  const state = stateOf(queue);
  return (
    <>
      <div className={classes.acts}>
        <StatusDot status={STATE_LOOKS[state]}>{state}</StatusDot>
        <span className={classes.spring} />
        {archivedAt ? (
          <Button
            variant="default"
            onClick={() => onToggle(queue, { archived: false, paused: false }, `“${name}” is open again`)}
          >
            Bring back
          </Button>
        ) : (
          <>
            {paused ? null : (
              <Button variant="default" component={Link} href={`/label?queue=${id}`}>
                Label
              </Button>
            )}
            <Button
              variant="default"
              onClick={() =>
                onToggle(queue, { paused: !paused }, `“${name}” is ${paused ? 'open' : 'paused'}`)
              }
            >
              {paused ? 'Resume' : 'Pause'}
            </Button>
            <Button
              variant="default"
              loading={order.isPending}
              disabled={orderingJob !== null}
              onClick={() => order.mutate(id)}
            >
              Order anew
            </Button>
            {isDefault ? null : (
              <Button
                variant="default"
                onClick={() => onToggle(queue, { archived: true }, `“${name}” is archived`)}
              >
                Archive
              </Button>
            )}
          </>
        )}
      </div>
      <Problem error={order.error} />
    </>
  );
}

/** The order that is being made, or how it was last made and what it had to do without. */
function OrderState({ queue: { orderingJob, lastOrder } }: { queue: ManagedQueue }) {
  const job = useJob(orderingJob);
  return (
    <div className={classes.order}>
      {job.data && isGoing(job.data.state) ? (
        <div className={classes.ordering}>
          <JobProgress job={job.data} />
          <CancelJobButton job={job.data} />
        </div>
      ) : (
        <p className={classes.ordered}>
          {lastOrder
            ? `Ordered ${formatMoment(lastOrder.at)}${lastOrder.version ? ` by ${lastOrder.version}` : ''}: ${countOf(lastOrder.placed, 'window')} placed.`
            : 'Not ordered yet.'}
        </p>
      )}
      {job.data?.state === 'failed' ? (
        <Notice tone="bad" text={job.data.error ?? 'The order failed.'} />
      ) : null}
      {lastOrder?.notes.map((note) => (
        <Notice key={note} tone="info" text={note} />
      ))}
    </div>
  );
}
