import { LoadingBlock } from '@/components/figure/loading.tsx';
import { CancelJobButton } from '@/components/jobs/cancel-job-button.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJob } from '@/components/jobs/use-jobs.ts';
import { importReportSchema } from '@/lib/contract/data.ts';
import type { Job } from '@/lib/contract/jobs.ts';
import classes from './import.module.css';
import { reportInShort } from './import-report.tsx';

/** The job of one file: from the list of jobs, or asked for by itself where the list has grown past it. */
export function useImportJob(jobId: string | null, listed: Job | undefined): Job | undefined {
  const { data } = useJob(listed ? null : jobId);
  return listed ?? data;
}

/** How far a file's import is, its cancel, and in the end what became of it in one line. */
export function ImportJobState({ job }: { job: Job | undefined }) {
  if (!job) return <LoadingBlock height={20} />;
  if (job.state === 'done') {
    const report = importReportSchema.safeParse(job.result);
    return (
      <span className={classes.outcome}>{report.success ? reportInShort(report.data) : 'imported'}</span>
    );
  }
  if (job.state === 'failed') return <span className={classes.bad}>{job.error ?? 'failed'}</span>;
  return (
    <div className={classes.running}>
      <JobProgress job={job} />
      {isGoing(job.state) ? <CancelJobButton job={job} /> : null}
    </div>
  );
}
