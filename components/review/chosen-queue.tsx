'use client';

import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { parseAsInteger, useQueryState } from 'nuqs';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import classes from './review.module.css';

/** The queue that the address names, else the default one; the figures of Review are each of one queue. */
export function useChosenQueue() {
  const { data, error, refetch } = useQuery({
    queryKey: keys.queues,
    queryFn: ({ signal }) => call(api.listQueues, { signal }),
  });
  const [chosen, choose] = useQueryState('queue', parseAsInteger);
  const list = data?.queues ?? [];
  const queue = list.find(({ id }) => id === chosen) ?? list.find(({ isDefault }) => isDefault) ?? list.at(0);
  return { list, queue, choose, error, refetch, isEmpty: data !== undefined && queue === undefined };
}

type ChosenQueue = Pick<ReturnType<typeof useChosenQueue>, 'list' | 'queue' | 'choose'>;

export function QueueSelect({ list, queue, choose }: ChosenQueue) {
  return (
    <Select
      className={classes.queue}
      aria-label="Queue"
      data={list.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={queue ? String(queue.id) : null}
      allowDeselect={false}
      onChange={(id) => void choose(Number(id))}
    />
  );
}
