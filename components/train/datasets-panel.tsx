import { Button } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { DataTable } from '@/components/figure/data-table.tsx';
import { formatCount, formatDay, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { CancelJobButton } from '@/components/jobs/cancel-job-button.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJobs } from '@/components/jobs/use-jobs.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import type { Job } from '@/lib/contract/jobs.ts';
import { SOURCES_WORDS } from './dataset/source-words.ts';
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
  column.accessor((row) => SOURCES_WORDS[row.policy.sources], {
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

/** Datasets, and those that are being built; each has a page of its own. */
export function DatasetsPanel() {
  const datasets = useDatasets();
  const router = useRouter();
  const { data: jobs } = useJobs('dataset');
  const [sorting, setSorting] = useUrlSorting('-createdAt', 'datasets');
  const rows = datasets.data?.datasets ?? [];
  const going = jobs?.jobs.filter((job) => isGoing(job.state)) ?? [];
  return (
    <section className={classes.panel} aria-label="Datasets">
      <div className={classes.panelHead}>
        <h2>Datasets</h2>
        <Button
          component={Link}
          href="/train/datasets/new"
          variant={rows.length === 0 ? 'default' : 'filled'}
        >
          New dataset
        </Button>
      </div>
      {going.map((job) => (
        <BuildingRow key={job.id} job={job} />
      ))}
      <Problem error={datasets.error} onRetry={datasets.refetch} />
      {datasets.isPending ? <LoadingRows rows={6} /> : null}
      {datasets.data && rows.length === 0 ? (
        <EmptyNote text="No dataset yet: one is built from labels, cut by time into training, validation and test.">
          <Button component={Link} href="/train/datasets/new">
            Build the first dataset
          </Button>
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
          onOpen={({ id }) => router.push(`/train/datasets/${id}`)}
        />
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
