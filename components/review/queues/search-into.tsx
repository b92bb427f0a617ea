import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { keys } from '@/lib/client/keys.ts';
import type { ManagedQueue, SearchStarted } from '@/lib/contract/queue.ts';
import classes from './queues.module.css';

/** Where the windows that a search finds go. */
export type Target = { queueId: number } | { name: string };

interface SearchIntoProps {
  queues: readonly Pick<ManagedQueue, 'id' | 'name' | 'archivedAt'>[];
  into: Target;
  onInto: (into: Target) => void;
  result: Pick<UseMutationResult<SearchStarted>, 'data' | 'error'>;
}

/** A new queue or one that is there; and what the server said where it started nothing. */
export function SearchInto({ queues, into, onInto, result }: SearchIntoProps) {
  const open = queues.filter(({ archivedAt }) => archivedAt === null);
  const isNew = 'name' in into;
  return (
    <>
      <div>
        <p className={classes.fieldName}>Put them into</p>
        <SegmentedControl
          fullWidth
          aria-label="Put them into"
          value={isNew ? 'new' : 'old'}
          onChange={(to) =>
            onInto(to === 'new' || open.length === 0 ? { name: '' } : { queueId: open[0].id })
          }
          data={[
            { value: 'new', label: 'A new queue' },
            { value: 'old', label: 'A queue that is there', disabled: open.length === 0 },
          ]}
        />
      </div>
      {isNew ? (
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          maxLength={80}
          value={into.name}
          onChange={(event) => onInto({ name: event.currentTarget.value })}
        />
      ) : (
        <Select
          label="Queue"
          allowDeselect={false}
          data={open.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={String(into.queueId)}
          onChange={(id) => id && onInto({ queueId: Number(id) })}
        />
      )}
      {result.data && !result.data.started
        ? result.data.notes.map((note) => <Notice key={note} tone="warn" text={note} />)
        : null}
      <Problem error={result.error} />
    </>
  );
}

/** Where a search was started, its queue is shown; where not, the dialog stays and says why. */
export function useStarted(onStarted: (queueId: number) => void): (answer: SearchStarted) => Promise<void> {
  const client = useQueryClient();
  return async ({ started }) => {
    if (!started) return;
    await client.invalidateQueries({ queryKey: keys.queues });
    await client.invalidateQueries({ queryKey: keys.jobs });
    onStarted(started.queueId);
  };
}
