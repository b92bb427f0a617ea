import { Button } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useState } from 'react';
import { DataTable } from '@/components/figure/data-table.tsx';
import { formatCount, formatDay, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Notice, Problem } from '@/components/figure/notice.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { CancelJobButton } from '@/components/jobs/cancel-job-button.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJob, useJobs } from '@/components/jobs/use-jobs.ts';
import type { Job } from '@/lib/contract/jobs.ts';
import type { Dataset } from '@/lib/contract/train.ts';
import { DatasetDetail, SOURCE_WORDS } from './dataset-detail.tsx';
import { DatasetForm } from './dataset-form.tsx';
import classes from './train.module.css';
import { useDatasets } from './use-train.ts';

const column = createColumnHelper<Dataset>();
const COLUMNS = [
  column.accessor('id', { header: '#', meta: { width: '40px', align: 'right' } }),
  column.accessor('name', { header: 'Name', meta: { width: 'minmax(110px, 1.6fr)' } }),
  column.accessor('rows', {
    header: 'Rows',
    cell: ({ getValue }) => formatCount(getValue()),
    meta: { width: '68px', align: 'right' },
  }),
  column.accessor((row) => SOURCE_WORDS[row.policy.sources], {
    id: 'labels',
    header: 'Labels',
    meta: { width: 'minmax(96px, 1fr)' },
  }),
  column.accessor((row) => row.summary.cutDates.testFrom, {
    id: 'test',
    header: 'Test from',
    cell: ({ getValue }) => formatDay(getValue()),
    meta: { width: '82px', title: 'First day of the test split, UTC' },
  }),
  column.accessor('createdAt', {
    header: 'Built',
    cell: ({ getValue }) => formatMoment(getValue()),
    meta: { width: '122px' },
  }),
];

/** Datasets, the one that is open, and the form for a new one. */
export function DatasetsPanel({ onTrain }: { onTrain: (datasetId: number) => void }) {
  const datasets = useDatasets();
  const { data: jobs } = useJobs('dataset');
  const [open, setOpen] = useQueryState('dataset', parseAsInteger);
  const [sorting, setSorting] = useUrlSorting('-createdAt', 'datasets');
  const [adding, setAdding] = useState(false);
  const [startedId, setStartedId] = useState<string | null>(null);
  const started = useJob(startedId);
  const rows = datasets.data?.datasets ?? [];
  const shown = rows.find(({ id }) => id === open);
  const going = jobs?.jobs.filter((job) => isGoing(job.state)) ?? [];
  return (
    <section className={classes.panel} aria-label="Datasets">
      <div className={classes.panelHead}>
        <h2>Datasets</h2>
        <Button
          variant={adding || rows.length === 0 ? 'default' : 'filled'}
          onClick={() => setAdding(!adding)}
        >
          {adding ? 'Close' : 'New dataset'}
        </Button>
      </div>
      {adding ? (
        <DatasetForm
          onClose={() => setAdding(false)}
          onStarted={(jobId) => {
            setStartedId(jobId);
            setAdding(false);
          }}
        />
      ) : null}
      {going.map((job) => (
        <BuildingRow key={job.id} job={job} />
      ))}
      {started.data?.state === 'failed' ? (
        <Notice tone="bad" text={started.data.error ?? 'The dataset could not be built.'}>
          <Button variant="default" onClick={() => setStartedId(null)}>
            Close
          </Button>
        </Notice>
      ) : null}
      <Problem error={datasets.error} onRetry={datasets.refetch} />
      {datasets.isPending ? <LoadingRows rows={6} /> : null}
      {datasets.data && rows.length === 0 && !adding ? (
        <EmptyNote text="No dataset yet: one is built from labels, cut by time into training, validation and test.">
          <Button onClick={() => setAdding(true)}>Build the first dataset</Button>
        </EmptyNote>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label="Datasets"
          rows={rows}
          columns={COLUMNS}
          rowId={({ id }) => String(id)}
          sorting={sorting}
          onSorting={setSorting}
          chosen={shown ? String(shown.id) : null}
          onOpen={({ id }) => void setOpen(id === open ? null : id)}
        />
      ) : null}
      {shown ? (
        <DatasetDetail dataset={shown} onTrain={() => onTrain(shown.id)} onClose={() => void setOpen(null)} />
      ) : null}
    </section>
  );
}

function BuildingRow({ job }: { job: Job }) {
  return (
    <div className={classes.building}>
      <span className={classes.ellipsis}>{job.title}</span>
      <JobProgress job={job} />
      <CancelJobButton job={job} />
    </div>
  );
}
