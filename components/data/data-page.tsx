'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { DataTable } from '@/components/figure/data-table.tsx';
import { countOf, formatCount } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Series } from '@/lib/contract/data.ts';
import classes from './data-page.module.css';
import { DeleteDialog } from './delete-dialog.tsx';
import { ImportPanel } from './import-panel.tsx';
import { useImports } from './import-store.ts';
import { ScanDialog } from './scan-dialog.tsx';
import { ImportButton, SeriesBar } from './series-bar.tsx';
import { SERIES_COLUMNS } from './series-columns.tsx';
import { filterSeries, nameOf, SCAN_FILTERS, totalsOf } from './series-filter.ts';
import { useLiveSeries } from './use-series.ts';

const DropLayer = dynamic(() => import('./drop-layer.tsx'), { ssr: false });

const idOf = ({ id }: Series): string => String(id);

/** All series: what is in them, what the rules found in them, and the way in for more. */
export function DataPage() {
  const series = useLiveSeries();
  const [filter, setFilter] = useQueryStates({
    text: parseAsString.withDefault(''),
    timeframe: parseAsString.withDefault(''),
    scan: parseAsStringLiteral(SCAN_FILTERS).withDefault('any'),
  });
  const [sorting, setSorting] = useUrlSorting('symbol');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<'scan' | 'delete' | null>(null);
  const [started, setStarted] = useState(0);
  const addFiles = useImports((state) => state.add);

  const all = series.data?.series ?? [];
  const rows = useMemo(() => filterSeries(series.data?.series ?? [], filter), [series.data, filter]);
  // Only what is on the page can be acted on.
  const chosen = rows.filter((row) => ticked.has(idOf(row)));
  const timeframes = [...new Set(all.map(({ timeframe }) => timeframe))].sort();
  return (
    <div className={classes.page}>
      <TopBar>{series.data ? <Totals series={rows} all={all.length} /> : null}</TopBar>
      <DropLayer onFiles={addFiles} />
      <SeriesBar
        filter={filter}
        timeframes={timeframes}
        onFilter={(change) => void setFilter(change)}
        ticked={chosen.length}
        onScan={() => setDialog('scan')}
        onDelete={() => setDialog('delete')}
      />
      <ImportPanel />
      <Problem error={series.error} onRetry={series.refetch} />
      {started > 0 ? (
        <p className={classes.hint} role="status">
          {countOf(started, 'scan')} started: <Link href="/data/jobs?kind=scan">see how far they are</Link>.
          The counts appear here as each ends.
        </p>
      ) : null}
      {series.isPending ? <LoadingRows rows={16} /> : null}
      {series.data && all.length === 0 ? (
        <EmptyNote text="There are no bars yet: drop kline files (CSV, gzip or zip) anywhere on this page, or choose them.">
          <ImportButton />
        </EmptyNote>
      ) : null}
      {all.length > 0 && rows.length === 0 ? (
        <EmptyNote text="No series is like that.">
          <button type="button" className={classes.plain} onClick={() => void setFilter(null)}>
            Show all {formatCount(all.length)}
          </button>
        </EmptyNote>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label="Series"
          rows={rows}
          columns={SERIES_COLUMNS}
          rowId={idOf}
          rowName={nameOf}
          sorting={sorting}
          onSorting={setSorting}
          ticked={ticked}
          onTick={setTicked}
        />
      ) : null}
      {dialog === 'scan' ? (
        <ScanDialog
          seriesIds={chosen.map(({ id }) => id)}
          ruleSets={series.data?.ruleSets ?? []}
          onClose={() => setDialog(null)}
          onStarted={(jobs) => {
            setStarted(jobs);
            setDialog(null);
          }}
        />
      ) : null}
      {dialog === 'delete' ? (
        <DeleteDialog
          series={chosen}
          onClose={() => setDialog(null)}
          onDeleted={(gone) => setTicked(new Set([...ticked].filter((id) => !gone.includes(Number(id)))))}
        />
      ) : null}
    </div>
  );
}

function Totals({ series, all }: { series: readonly Series[]; all: number }) {
  const { bars, validWindows, events } = useMemo(() => totalsOf(series), [series]);
  const some = series.length < all ? `${formatCount(series.length)} of ` : '';
  return (
    <>
      <span>
        {some}
        {countOf(all, 'series', 'series')} · {countOf(bars, 'bar')} · {countOf(validWindows, 'window')}
      </span>
      <span className={classes.totals}>
        {CLASS_IDS.map((id) => (
          <span key={id}>
            <ClassBadge id={id} /> {formatCount(events[id])}
          </span>
        ))}
      </span>
    </>
  );
}
