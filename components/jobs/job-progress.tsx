import { StatusDot } from '@/components/class/status-dot.tsx';
import { formatDuration, formatShare } from '@/components/figure/format.ts';
import { ProgressBar } from '@/components/figure/progress-bar.tsx';
import type { Job } from '@/lib/contract/jobs.ts';
import { isGoing, STATE_STATUS, stateOf } from './job-words.ts';
import classes from './jobs.module.css';
import { secondsLeft } from './time-left.ts';
import { useNow } from './use-now.ts';

/** A job's state, bar, share and time left on one line of fixed places. */
export function JobProgress({ job }: { job: Job }) {
  const now = useNow(job.state === 'running');
  const left = secondsLeft(job, now);
  return (
    <div className={classes.progress}>
      <StatusDot status={STATE_STATUS[job.state]}>{stateOf(job)}</StatusDot>
      <ProgressBar value={job.progress} state={job.state} label={`Progress of ${job.title}`} />
      <span className={classes.number}>{job.state === 'running' ? formatShare(job.progress) : ''}</span>
      <span className={classes.left}>
        {isGoing(job.state) ? (left === null ? (job.message ?? '') : `${formatDuration(left)} left`) : ''}
      </span>
    </div>
  );
}
