'use client';

import { Button, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { formatDuration, formatMoment } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import type { Job } from '@/lib/contract/jobs.ts';
import { JobProgress } from './job-progress.tsx';
import { JobResult } from './job-result.tsx';
import { isGoing, KIND_NAMES } from './job-words.ts';
import classes from './jobs.module.css';
import { LogTail } from './log-tail.tsx';
import { secondsTaken } from './time-left.ts';
import { useCancelJob } from './use-jobs.ts';
import { useNow } from './use-now.ts';

interface JobRowProps {
  job: Job;
  open: boolean;
  onToggle: () => void;
}

/** One job: a line that opens to its error, its result and the tail of its log. */
export function JobRow({ job, open, onToggle }: JobRowProps) {
  const cancel = useCancelJob();
  const now = useNow(job.state === 'running');
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const stopping = job.cancelRequested || cancel.isPending;
  return (
    <li className={classes.job} data-open={open || undefined}>
      <div className={classes.jobLine}>
        <UnstyledButton className={classes.title} aria-expanded={open} onClick={onToggle}>
          <Chevron size={14} aria-hidden="true" />
          <span className={classes.kind}>{KIND_NAMES[job.kind]}</span>
          <span className={classes.name} title={job.title}>
            {job.title}
          </span>
        </UnstyledButton>
        <JobProgress job={job} />
        <span className={classes.time}>{formatMoment(job.startedAt ?? job.createdAt)}</span>
        <span className={classes.time}>{formatDuration(secondsTaken(job, now))}</span>
        <span className={classes.act}>
          {isGoing(job.state) ? (
            <Button
              variant="subtle"
              size="compact-xs"
              disabled={stopping}
              onClick={() => cancel.mutate(job.id)}
              aria-label={`Cancel ${job.title}`}
            >
              Cancel
            </Button>
          ) : null}
        </span>
      </div>
      {job.state === 'failed' && job.error && !open ? <p className={classes.error}>{job.error}</p> : null}
      <Problem error={cancel.error} onRetry={() => cancel.mutate(job.id)} />
      {open ? <JobDetail job={job} /> : null}
    </li>
  );
}

function JobDetail({ job }: { job: Job }) {
  return (
    <div className={classes.detail}>
      {job.error ? <p className={classes.error}>{job.error}</p> : null}
      <p className={classes.who}>
        Asked for by {job.createdBy} at {formatMoment(job.createdAt)}
        {job.endedAt ? `, ended ${formatMoment(job.endedAt)}` : ''}
        {isGoing(job.state) && job.message ? `: ${job.message}` : ''}
      </p>
      <JobResult job={job} />
      <LogTail jobId={job.id} live={isGoing(job.state)} />
    </div>
  );
}
