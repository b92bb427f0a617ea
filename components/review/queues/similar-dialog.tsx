'use client';

import { Button, Group, NumberInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import classes from './queues.module.css';
import { SearchInto, type Target, useStarted } from './search-into.tsx';
import { useQueues } from './use-queues.ts';

const MOST = 5_000;
const USUAL = 50;

interface SimilarDialogProps {
  windowId: string;
  /** The window in words: symbol, timeframe and time. */
  title: string;
  onClose: () => void;
}

/** Looks for the windows most alike to one, and puts them into a queue; whoever asked goes on where they were. */
export function SimilarDialog({ windowId, title, onClose }: SimilarDialogProps) {
  const queues = useQueues();
  const [count, setCount] = useState<number | string>(USUAL);
  const [into, setInto] = useState<Target>({ name: `Like ${title}` });
  const [startedIn, setStartedIn] = useState<number | null>(null);
  const search = useMutation({
    mutationFn: () =>
      call(api.moreLikeThis, { params: { id: windowId }, body: { count: Number(count), into } }),
    onSuccess: useStarted(setStartedIn),
  });
  return (
    <Dialog title="More like this" onClose={onClose}>
      {startedIn === null ? (
        <form
          className={classes.dialog}
          onSubmit={(event) => {
            event.preventDefault();
            search.mutate();
          }}
        >
          <p className={classes.hint}>
            Compares every unlabelled window with {title} by the model’s embedding; the most alike go into a
            queue, before all else there.
          </p>
          <NumberInput
            label="Windows to find"
            data-autofocus
            min={1}
            max={MOST}
            step={10}
            value={count}
            onChange={setCount}
          />
          <SearchInto queues={queues.data?.queues ?? []} into={into} onInto={setInto} result={search} />
          <Problem error={queues.error} onRetry={queues.refetch} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={search.isPending} disabled={!(Number(count) >= 1)}>
              Find
            </Button>
          </Group>
        </form>
      ) : (
        <div className={classes.dialog}>
          <Notice tone="info" text="The search is a job; the queue fills when it ends." />
          {search.data?.notes.map((note) => (
            <Notice key={note} tone="warn" text={note} />
          ))}
          <Group justify="flex-end">
            <Button variant="default" component={Link} href={`/review/queues?queue=${startedIn}`}>
              Show the queue
            </Button>
            <Button autoFocus onClick={onClose}>
              Go on
            </Button>
          </Group>
        </div>
      )}
    </Dialog>
  );
}
