import { Button, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { CancelJobButton } from '@/components/jobs/cancel-job-button.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJob } from '@/components/jobs/use-jobs.ts';
import { useVersions } from '@/components/models/use-models.ts';
import { useCheckAgain } from './use-checks.ts';

const CHAMPION = 'champion';

/** Looks again: against the gold of now, and by what a model finds alike. */
export function CheckAgain({ id }: { id: number }) {
  const versions = useVersions();
  const [version, setVersion] = useState(CHAMPION);
  const [cosine, setCosine] = useState<number | string>(0.99);
  const again = useCheckAgain(id);
  const job = useJob(again.data?.jobId ?? null);
  if (job.data && isGoing(job.data.state)) {
    return (
      <>
        <JobProgress job={job.data} />
        <CancelJobButton job={job.data} />
      </>
    );
  }
  const isRight = Number(cosine) >= 0.9 && Number(cosine) <= 0.9999;
  return (
    <>
      {job.data?.state === 'failed' ? (
        <Notice tone="bad" text={job.data.error ?? 'The check failed.'} />
      ) : null}
      <Problem error={again.error ?? job.error} />
      <Select
        w={150}
        label="Likeness by"
        allowDeselect={false}
        data={[
          { value: CHAMPION, label: 'the champion' },
          ...(versions.data?.versions ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
        value={version}
        onChange={(value) => setVersion(value ?? CHAMPION)}
      />
      <NumberInput
        w={110}
        label="From cosine"
        min={0.9}
        max={0.9999}
        step={0.005}
        error={isRight ? undefined : true}
        value={cosine}
        onChange={setCosine}
      />
      <Button
        variant="default"
        disabled={!isRight}
        loading={again.isPending}
        onClick={() =>
          again.mutate({ version: version === CHAMPION ? null : version, cosine: Number(cosine) })
        }
      >
        Check again
      </Button>
    </>
  );
}
