import { Button, VisuallyHidden } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import Link from 'next/link';
import { formatBytes, formatCount, formatMoment, formatShare } from '@/components/figure/format.ts';
import { IntervalFigure } from '@/components/figure/interval-figure.tsx';
import type { Version } from '@/lib/contract/models.ts';
import { AliasBadges } from './alias-badges.tsx';

const column = createColumnHelper<Version>();
const right = (width: string, title?: string) => ({ width, align: 'right' as const, title });

/** `v0_10_2` as a number that sorts. */
function orderOf(name: string): number {
  return name
    .slice(1)
    .split('_')
    .reduce((sum, part) => sum * 100_000 + Number(part), 0);
}

export function versionColumns(onPromote: (name: string) => void) {
  return [
    column.accessor('name', {
      header: 'Version',
      sortingFn: (a, b) => orderOf(a.original.name) - orderOf(b.original.name),
      cell: ({ getValue }) => (
        <Link href={`/models/${getValue()}`} tabIndex={-1}>
          {getValue()}
        </Link>
      ),
      meta: { width: 'minmax(76px, 0.6fr)' },
    }),
    column.accessor((version) => version.aliases.join(' '), {
      id: 'aliases',
      header: 'Aliases',
      cell: ({ row: { original } }) =>
        original.archivedAt ? 'archived' : <AliasBadges aliases={original.aliases} />,
      meta: { width: 'minmax(90px, 1fr)' },
    }),
    column.accessor((version) => version.test.sampled?.macro_f1, {
      id: 'sampled',
      header: 'F1 sampled',
      sortUndefined: 'last',
      cell: ({ row: { original } }) => (
        <IntervalFigure
          value={original.test.sampled?.macro_f1}
          interval={original.test.sampled?.macro_f1_interval}
        />
      ),
      meta: right('100px', 'Macro-F1 on the test split as it was sampled, with a 95 % interval'),
    }),
    column.accessor((version) => version.test.natural?.macro_f1, {
      id: 'natural',
      header: 'F1 natural',
      sortUndefined: 'last',
      cell: ({ row: { original } }) => (
        <IntervalFigure
          value={original.test.natural?.macro_f1}
          interval={original.test.natural?.macro_f1_interval}
        />
      ),
      meta: right('100px', 'Macro-F1 on the test split at natural prevalence, with a 95 % interval'),
    }),
    column.accessor((version) => version.test.sampled?.ece, {
      id: 'ece',
      header: 'ECE',
      sortUndefined: 'last',
      cell: ({ row: { original } }) => (
        <IntervalFigure value={original.test.sampled?.ece} interval={original.test.sampled?.ece_interval} />
      ),
      meta: right('96px', 'Expected calibration error on the sampled test split, 15 bins'),
    }),
    column.accessor((version) => version.test.sampled?.pole_mae, {
      id: 'pole',
      header: 'Pole, ATR',
      sortUndefined: 'last',
      cell: ({ row: { original } }) => (
        <IntervalFigure
          value={original.test.sampled?.pole_mae}
          interval={original.test.sampled?.pole_mae_interval}
          digits={2}
        />
      ),
      meta: right(
        '84px',
        'Mean absolute error of the pole height on flags of the sampled test split, in ATR',
      ),
    }),
    column.accessor(({ predicted }) => (predicted.total === 0 ? 0 : predicted.windows / predicted.total), {
      id: 'predicted',
      header: 'Predicted',
      cell: ({ getValue, row: { original } }) => (
        <span
          title={`${formatCount(original.predicted.windows)} of ${formatCount(original.predicted.total)} stored windows`}
        >
          {formatShare(getValue())}
        </span>
      ),
      meta: right('72px', 'Share of the stored windows that it has predicted'),
    }),
    column.accessor('modelBytes', {
      header: 'Size',
      cell: ({ getValue }) => formatBytes(getValue()),
      meta: right('64px'),
    }),
    column.accessor('createdAt', {
      header: 'Made',
      cell: ({ getValue }) => formatMoment(getValue()),
      meta: { width: '124px' },
    }),
    column.display({
      id: 'act',
      header: () => <VisuallyHidden>Act</VisuallyHidden>,
      cell: ({ row: { original } }) =>
        original.archivedAt ? null : (
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => onPromote(original.name)}
            aria-label={`Promote ${original.name}`}
          >
            Promote
          </Button>
        ),
      meta: right('82px'),
    }),
  ];
}
