import { Button } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { DataTable } from '@/components/figure/data-table.tsx';
import { formatFigure, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { ProgressBar } from '@/components/figure/progress-bar.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { STATE_STATUS } from '@/components/jobs/job-words.ts';
import type { Dataset, Run } from '@/lib/contract/train.ts';
import { RunForm } from './run-form.tsx';
import { shareDone } from './run-words.ts';
import classes from './train.module.css';
import { useRuns } from './use-train.ts';

const column = createColumnHelper<Run>();
const COLUMNS = [
  column.accessor('id', {
    header: 'Run',
    cell: ({ getValue }) => (
      <Link href={`/train/${getValue()}`} tabIndex={-1}>
        {getValue()}
      </Link>
    ),
    meta: { width: '52px', align: 'right' },
  }),
  column.accessor('datasetName', { header: 'Dataset', meta: { width: 'minmax(96px, 1.4fr)' } }),
  column.accessor('preset', { header: 'Preset', meta: { width: '68px' } }),
  column.accessor('state', {
    header: 'State',
    cell: ({ row: { original } }) => <RunState run={original} />,
    meta: { width: 'minmax(104px, 1fr)' },
  }),
  column.accessor('bestMacroF1', {
    header: 'Macro-F1',
    cell: ({ getValue }) => formatFigure(getValue()),
    sortUndefined: 'last',
    meta: { width: '72px', align: 'right', title: 'Best on validation' },
  }),
  column.accessor('version', {
    header: 'Version',
    cell: ({ getValue }) => {
      const version = getValue();
      return version ? (
        <Link href={`/models/${version}`} tabIndex={-1}>
          {version}
        </Link>
      ) : (
        '–'
      );
    },
    meta: { width: '72px' },
  }),
  column.accessor('createdAt', {
    header: 'Started',
    cell: ({ row: { original } }) => formatMoment(original.startedAt ?? original.createdAt),
    meta: { width: '122px' },
  }),
];

function RunState({ run }: { run: Run }) {
  if (run.state !== 'running') {
    return (
      <span title={run.error ?? undefined}>
        <StatusDot status={STATE_STATUS[run.state]}>{run.state}</StatusDot>
      </span>
    );
  }
  const { progress } = run;
  return (
    <span className={classes.runState}>
      <ProgressBar value={shareDone(run)} state="running" label={`Run ${run.id}`} />
      <span>{progress ? `epoch ${progress.epoch}/${progress.epochs}` : 'starting'}</span>
    </span>
  );
}

interface RunsPanelProps {
  datasets: readonly Dataset[];
  /** The dataset to train on, while the form is open; 0 leaves the choice to the form. */
  starting: number | null;
  onStarting: (datasetId: number | null) => void;
}

/** Training runs, and the form for a new one. */
export function RunsPanel({ datasets, starting, onStarting }: RunsPanelProps) {
  const runs = useRuns();
  const router = useRouter();
  const [sorting, setSorting] = useUrlSorting('-id', 'runs');
  const rows = runs.data?.runs ?? [];
  return (
    <section className={classes.panel} aria-label="Runs">
      <div className={classes.panelHead}>
        <h2>Runs</h2>
        <Button
          variant={starting !== null || datasets.length === 0 ? 'default' : 'filled'}
          disabled={datasets.length === 0}
          onClick={() => onStarting(starting === null ? 0 : null)}
        >
          {starting === null ? 'New run' : 'Close'}
        </Button>
      </div>
      {starting !== null ? (
        <RunForm
          key={starting}
          datasets={datasets}
          datasetId={starting || null}
          onClose={() => onStarting(null)}
        />
      ) : null}
      <Problem error={runs.error} onRetry={runs.refetch} />
      {runs.isPending ? <LoadingRows rows={6} /> : null}
      {runs.data && rows.length === 0 && starting === null ? (
        <EmptyNote
          text={
            datasets.length === 0
              ? 'No run yet: a dataset comes first.'
              : 'No run yet: a quick one takes minutes and ends in a model version.'
          }
        >
          {datasets.length > 0 ? <Button onClick={() => onStarting(0)}>Start the first run</Button> : null}
        </EmptyNote>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label="Runs"
          rows={rows}
          columns={COLUMNS}
          rowId={({ id }) => String(id)}
          sorting={sorting}
          onSorting={setSorting}
          onOpen={({ id }) => router.push(`/train/${id}`)}
        />
      ) : null}
    </section>
  );
}
