'use client';

import { RingProgress, Tooltip } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import classes from './shell.module.css';

/** The jobs that run now, as one ring around the way to them. */
export function JobsButton() {
  const { data } = useQuery({
    queryKey: keys.jobs,
    queryFn: ({ signal }) => call(api.listJobs, { query: { limit: 50 }, signal }),
    refetchInterval: (query) => (query.state.data?.active ? 1_500 : 10_000),
  });
  const running = data?.jobs.filter((job) => job.state === 'running') ?? [];
  const progress = running.reduce((sum, job) => sum + (job.progress ?? 0), 0) / Math.max(1, running.length);
  const active = data?.active ?? 0;
  const label = active ? `Jobs: ${active} going on` : 'Jobs';
  return (
    <Tooltip label={label} position="right">
      <Link href="/data/jobs" className={classes.railItem} aria-label={label}>
        {active ? (
          <RingProgress
            className={classes.ring}
            size={36}
            thickness={3}
            sections={[{ value: Math.max(4, progress * 100), color: 'blue' }]}
          />
        ) : null}
        <IconListDetails size={18} stroke={1.6} />
      </Link>
    </Tooltip>
  );
}
