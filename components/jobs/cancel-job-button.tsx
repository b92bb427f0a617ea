import { Button } from '@mantine/core';
import type { Job } from '@/lib/contract/jobs.ts';
import { useCancelJob } from './use-jobs.ts';

/** Asks a job to stop, beside its progress in a row. */
export function CancelJobButton({ job }: { job: Job }) {
  const cancel = useCancelJob();
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      disabled={job.cancelRequested || cancel.isPending}
      onClick={() => cancel.mutate(job.id)}
      aria-label={`Cancel ${job.title}`}
    >
      Cancel
    </Button>
  );
}
