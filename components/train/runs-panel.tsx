import { Button } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useState } from 'react';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { DataTable } from '@/components/figure/data-table.tsx';
import { formatFigure, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { ProgressBar } from '@/components/figure/progress-bar.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { STATE_STATUS } from '@/components/jobs/job-words.ts';
import { COMPARED } from '@/lib/contract/compare-runs.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import type { Run } from '@/lib/contract/train.ts';
import { compareAddress } from './compare/compare-address.ts';
import { RunForm } from './run-form.tsx';
import { shareDone, waitWords } from './run-words.ts';
import classes from './train.module.css';
import { useRun, useRuns } from './use-train.ts';

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
    cell: ({ getValue, row: { original } }) => {
      const version = getValue();
      if (original.curveId !== null) {
        return (
          <Link href={`/train?view=labels&curve=${original.curveId}`} tabIndex={-1}>
            curve {original.curveId}
          </Link>
        );
      }
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
      <span title={run.error ?? waitWords(run) ?? undefined} className={classes.ellipsis}>
        <StatusDot status={STATE_STATUS[run.state]}>{waitWords(run) ?? run.state}</StatusDot>
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
  const [again, setAgain] = useQueryState('again', parseAsInteger);
  const before = useRun(again);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const rows = runs.data?.runs ?? [];
  const isOpen = starting !== null || again !== null;
  const close = () => {
    onStarting(null);
    void setAgain(null);
  };
  return (
    <section className={classes.panel} aria-label="Runs">
      <div className={classes.panelHead}>
        <h2>Runs</h2>
        {ticked.size > 0 ? (
          <Button
            variant="default"
            disabled={ticked.size < COMPARED.least || ticked.size > COMPARED.most}
            onClick={() => router.push(compareAddress([...ticked].map(Number)))}
          >
            {ticked.size < COMPARED.least
              ? 'Choose another to compare'
              : ticked.size > COMPARED.most
                ? `At most ${COMPARED.most} can be compared`
                : `Compare ${ticked.size} runs`}
          </Button>
        ) : null}
        <Button
          variant={isOpen || datasets.length === 0 ? 'default' : 'filled'}
          disabled={datasets.length === 0}
          onClick={() => (isOpen ? close() : onStarting(0))}
        >
          {isOpen ? 'Close' : 'New run'}
        </Button>
      </div>
      {starting !== null ? (
        <RunForm
          key={starting}
          datasets={datasets}
          datasetId={starting || null}
          from={null}
          onClose={close}
        />
      ) : null}
      {starting === null && before.data && datasets.length > 0 ? (
        <RunForm
          key={`again ${again}`}
          datasets={datasets}
          datasetId={null}
          from={before.data.run}
          onClose={close}
        />
      ) : null}
      <Problem error={before.error} onRetry={before.refetch} />
      <Problem error={runs.error} onRetry={runs.refetch} />
      {runs.isPending ? <LoadingRows rows={6} /> : null}
      {runs.data && rows.length === 0 && !isOpen ? (
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
          ticked={ticked}
          onTick={setTicked}
          rowName={({ id }) => `run ${id}`}
          onOpen={({ id }) => router.push(`/train/${id}`)}
        />
      ) : null}
    </section>
  );
}
