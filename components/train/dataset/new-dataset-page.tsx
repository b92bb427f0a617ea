'use client';

import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { parseAsInteger, parseAsString, useQueryState } from 'nuqs';
import { useEffect } from 'react';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { CancelJobButton } from '@/components/jobs/cancel-job-button.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJob } from '@/components/jobs/use-jobs.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { datasetBuiltSchema } from '@/lib/contract/dataset.ts';
import type { Job } from '@/lib/contract/jobs.ts';
import { Readiness } from '../readiness.tsx';
import { useDatasets } from '../use-train.ts';
import classes from './dataset.module.css';
import { PolicyFields } from './policy-form.tsx';
import { PolicyPreview } from './policy-preview.tsx';
import { NEW_POLICY, type PolicyValues, problemsOf, toPolicy, toValues } from './policy-values.ts';

/** A policy on the left, what it would build on the right. `?like=3` begins with the policy of dataset 3. */
export function NewDatasetPage() {
  const [like] = useQueryState('like', parseAsInteger);
  const datasets = useDatasets();
  const model = datasets.data?.datasets.find(({ id }) => id === like);
  const waits = like !== null && datasets.isPending;
  return (
    <div className={classes.page}>
      <TopBar>
        <Link href="/train">Train</Link>
        <span>New dataset</span>
        {model ? (
          <span>
            like #{model.id} {model.name}
          </span>
        ) : null}
      </TopBar>
      <Readiness />
      {waits ? (
        <LoadingBlock height={480} />
      ) : (
        <Builder key={like} values={model ? { ...toValues(model.policy), name: '' } : NEW_POLICY} />
      )}
    </div>
  );
}

function Builder({ values }: { values: PolicyValues }) {
  const client = useQueryClient();
  const form = useForm({ initialValues: values, validate: problemsOf, validateInputOnBlur: true });
  const [jobId, setJobId] = useQueryState('job', parseAsString);
  const job = useJob(jobId);
  const isBuilding = job.data !== undefined && isGoing(job.data.state);
  const build = useMutation({
    mutationFn: (given: PolicyValues) => call(api.buildDataset, { body: toPolicy(given) }),
    onSuccess: (started) => {
      void client.invalidateQueries({ queryKey: keys.jobs });
      void setJobId(started.jobId);
    },
  });
  return (
    <div className={classes.builder}>
      <form className={classes.form} onSubmit={form.onSubmit((given) => build.mutate(given))}>
        <PolicyFields form={form} />
        <Problem error={build.error ?? job.error} />
        {job.data ? <Building job={job.data} /> : null}
        <div className={classes.acts}>
          <Button component={Link} href="/train" variant="default">
            Back
          </Button>
          <Button type="submit" loading={build.isPending || isBuilding}>
            Build dataset
          </Button>
        </div>
      </form>
      <PolicyPreview values={form.values} />
    </div>
  );
}

/** How far the build is; the dataset's page opens when it is there. */
function Building({ job }: { job: Job }) {
  const client = useQueryClient();
  const router = useRouter();
  const built = job.state === 'done' ? datasetBuiltSchema.parse(job.result).datasetId : null;
  useEffect(() => {
    if (built === null) return;
    void client.invalidateQueries({ queryKey: keys.datasets });
    router.replace(`/train/datasets/${built}`);
  }, [client, router, built]);
  if (isGoing(job.state)) {
    return (
      <div className={classes.building}>
        <JobProgress job={job} />
        <CancelJobButton job={job} />
      </div>
    );
  }
  if (job.state !== 'failed') return null;
  return <Notice tone="bad" text={job.error ?? 'The dataset could not be built.'} />;
}
