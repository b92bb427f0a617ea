import { createColumnHelper } from '@tanstack/react-table';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { type Status, StatusDot } from '@/components/class/status-dot.tsx';
import { formatCount, formatDay, formatMoment, formatShare } from '@/components/figure/format.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Series } from '@/lib/contract/data.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import classes from './data-page.module.css';
import { scanStateOf } from './series-filter.ts';

const column = createColumnHelper<Series>();
const right = (width: string, title?: string) => ({ width, align: 'right' as const, title });

const SCAN_LOOKS: Record<'current' | 'stale' | 'none', { status: Status; words: string }> = {
  current: { status: 'good', words: 'current' },
  stale: { status: 'warn', words: 'outdated' },
  none: { status: 'idle', words: 'not scanned' },
};

function ScanCell({ series }: { series: Series }) {
  const { status, words } = SCAN_LOOKS[scanStateOf(series)];
  const { scan } = series;
  const title = scan
    ? `Rule set ${scan.ruleSetNumber}, ${formatCount(scan.validWindows)} windows, ${formatMoment(scan.at)}`
    : undefined;
  return (
    <span title={title}>
      <StatusDot status={status}>{scan ? `#${scan.ruleSetNumber} ${words}` : words}</StatusDot>
    </span>
  );
}

/** Length of a bar in ms, so that 15m sorts before 1h; a name the core does not know comes first. */
function lengthOf(timeframe: string): number {
  try {
    return timeframeMs(timeframe);
  } catch {
    return 0;
  }
}

export const SERIES_COLUMNS = [
  column.accessor('venue', { header: 'Venue', meta: { width: 'minmax(60px, 0.6fr)' } }),
  column.accessor('symbol', {
    header: 'Symbol',
    cell: ({ getValue }) => <strong className={classes.symbol}>{getValue()}</strong>,
    meta: { width: 'minmax(88px, 1fr)' },
  }),
  column.accessor('timeframe', {
    header: 'Bar',
    sortingFn: (a, b) => lengthOf(a.original.timeframe) - lengthOf(b.original.timeframe),
    meta: { width: '44px', title: 'Timeframe' },
  }),
  column.accessor('bars', {
    header: 'Bars',
    cell: ({ getValue }) => formatCount(getValue()),
    meta: right('70px'),
  }),
  column.accessor('firstTs', {
    header: 'Span, UTC',
    cell: ({ row: { original } }) =>
      original.firstTs === null ? '–' : `${formatDay(original.firstTs)} – ${formatDay(original.lastTs)}`,
    meta: { width: 'minmax(162px, 0.7fr)', title: 'Open time of the first and the last bar' },
  }),
  column.accessor('gaps', {
    header: 'Gaps',
    cell: ({ getValue }) => formatCount(getValue()),
    meta: right('46px', 'Places where bars are missing'),
  }),
  column.accessor('takerShare', {
    header: 'Taker',
    cell: ({ getValue }) => formatShare(getValue()),
    meta: right('54px', 'Share of bars whose taker-buy volume is known'),
  }),
  column.accessor(scanStateOf, {
    id: 'scan',
    header: 'Scanned',
    cell: ({ row: { original } }) => <ScanCell series={original} />,
    meta: {
      width: 'minmax(104px, 0.7fr)',
      title: 'Rule set of the newest scan, and whether it saw the bars as they are',
    },
  }),
  ...CLASS_IDS.map((id) =>
    column.accessor((series) => series.scan?.events[id], {
      id,
      header: () => <ClassBadge id={id} />,
      cell: ({ getValue }) => formatCount(getValue()),
      sortUndefined: 'last',
      meta: right('minmax(44px, 0.25fr)', `${CLASS_FACTS[id].name}: events kept`),
    }),
  ),
  column.accessor((series) => series.scan?.nearMisses, {
    id: 'near',
    header: 'Near',
    cell: ({ getValue }) => formatCount(getValue()),
    sortUndefined: 'last',
    meta: right('46px', 'Near misses: windows that fail a rule by one test'),
  }),
];
