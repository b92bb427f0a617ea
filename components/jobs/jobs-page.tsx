'use client';

import { Button, SegmentedControl } from '@mantine/core';
import Link from 'next/link';
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { countOf } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Notice, Problem } from '@/components/figure/notice.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { JOB_KINDS } from '@/lib/contract/jobs.ts';
import { JobRow } from './job-row.tsx';
import { KIND_NAMES } from './job-words.ts';
import classes from './jobs.module.css';
import { useJobs } from './use-jobs.ts';

const FILTERS = ['all', ...JOB_KINDS] as const;

/** Everything the workers do, those going on first. */
export function JobsPage() {
  const [kind, setKind] = useQueryState('kind', parseAsStringLiteral(FILTERS).withDefault('all'));
  const [open, setOpen] = useQueryState('job', parseAsString);
  const jobs = useJobs(kind === 'all' ? undefined : kind);
  const { data } = jobs;
  return (
    <div className={classes.page}>
      <TopBar>
        <span>Jobs</span>
        {data ? (
          <span>
            {data.active > 0 ? `${data.active} going on` : 'none going on'} ·{' '}
            {countOf(data.workersAlive, 'worker')}
          </span>
        ) : null}
      </TopBar>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="Kind of job"
          value={kind}
          onChange={(value) => void setKind(FILTERS.find((one) => one === value) ?? 'all')}
          data={FILTERS.map((value) => ({ value, label: value === 'all' ? 'All' : KIND_NAMES[value] }))}
        />
      </div>
      {data?.workersAlive === 0 ? (
        <Notice
          tone="warn"
          text="No worker is running, so jobs wait. npm start runs one; a job that waits goes on by itself."
        />
      ) : null}
      <Problem error={jobs.error} onRetry={jobs.refetch} />
      <div className={classes.head} aria-hidden="true">
        <span>Job</span>
        <span>State</span>
        <span className={classes.time}>Started</span>
        <span className={classes.time}>Took</span>
        <span />
      </div>
      {jobs.isPending ? <LoadingRows rows={6} /> : null}
      {data?.jobs.length === 0 ? (
        <EmptyNote
          text={
            kind === 'all'
              ? 'No job has run yet: importing bars starts the first.'
              : `No ${KIND_NAMES[kind].toLowerCase()} job has run yet.`
          }
        >
          {kind === 'all' ? (
            <Button component={Link} href="/data">
              To the data
            </Button>
          ) : null}
        </EmptyNote>
      ) : null}
      <ul className={classes.list}>
        {data?.jobs.map((job) => (
          <JobRow
            key={job.id}
            job={job}
            open={open === job.id}
            onToggle={() => void setOpen(open === job.id ? null : job.id)}
          />
        ))}
      </ul>
    </div>
  );
}
