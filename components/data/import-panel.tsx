'use client';

import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { countOf } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJobs } from '@/components/jobs/use-jobs.ts';
import { keys } from '@/lib/client/keys.ts';
import classes from './import.module.css';
import { isReady } from './import-draft.ts';
import { ImportRow } from './import-row.tsx';
import { isOpen, useImports } from './import-store.ts';

/** The files at hand: looked over, then imported, then reported, each on its own line. */
export function ImportPanel() {
  const client = useQueryClient();
  const { drafts, send, clear, correctAll } = useImports();
  const [strict, setStrict] = useState(false);
  const [venue, setVenue] = useState('');
  const { data } = useJobs('import');
  const jobs = useMemo(() => new Map(data?.jobs.map((job) => [job.id, job])), [data]);
  const start = useMutation({
    mutationFn: () => send(strict),
    onSettled: () => client.invalidateQueries({ queryKey: keys.jobs }),
  });
  if (drafts.length === 0) return null;

  const open = drafts.filter(isOpen);
  const ready = drafts.filter(isReady);
  const reading = open.filter(({ state }) => state === 'waiting' || state === 'uploading').length;
  const toLookAt = open.length - ready.length - reading;
  const going = drafts.filter(({ jobId }) => {
    const job = jobId ? jobs.get(jobId) : undefined;
    return job ? isGoing(job.state) : false;
  }).length;
  const words = [
    countOf(drafts.length, 'file'),
    reading > 0 ? `${reading} being read` : null,
    toLookAt > 0 ? `${toLookAt} to look at` : null,
    going > 0 ? `${going} being imported` : null,
  ];
  return (
    <section className={classes.panel} aria-label="Import">
      <div className={classes.head}>
        <h2>Import</h2>
        <span className={classes.dim} role="status">
          {words.filter(Boolean).join(' · ')}
        </span>
        <span className={classes.spring} />
        {open.length > 0 ? (
          <>
            {open.length > 1 ? (
              <TextInput
                aria-label="Venue of all files"
                placeholder="Venue of all files"
                value={venue}
                onChange={({ currentTarget: { value } }) => {
                  setVenue(value.trim());
                  correctAll({ venue: value.trim() });
                }}
              />
            ) : null}
            <Checkbox
              size="xs"
              label="Refuse files with bad rows"
              checked={strict}
              onChange={({ currentTarget }) => setStrict(currentTarget.checked)}
            />
            <Button loading={start.isPending} disabled={ready.length === 0} onClick={() => start.mutate()}>
              Import {countOf(ready.length, 'file')}
            </Button>
          </>
        ) : null}
        <Button variant="default" onClick={clear}>
          {open.length > 0 ? 'Drop all' : 'Close'}
        </Button>
      </div>
      <Problem error={start.error} onRetry={() => start.mutate()} />
      <ul className={classes.files}>
        {drafts.map((draft) => (
          <ImportRow key={draft.key} draft={draft} listed={draft.jobId ? jobs.get(draft.jobId) : undefined} />
        ))}
      </ul>
    </section>
  );
}
