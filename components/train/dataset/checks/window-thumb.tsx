import Link from 'next/link';
import { formatBarTime } from '@/components/chart/price-format.ts';
import { Sparkcandles } from '@/components/chart/sparkcandles.tsx';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import type { RowName } from '@/lib/contract/dataset-check.ts';
import { SPLIT_WORDS } from '../source-words.ts';
import classes from './checks.module.css';
import type { DrawnWindow } from './use-checks.ts';

/** A row of a dataset as a thumbnail that leads to its bars; its place stays empty where its bars are gone. */
export function WindowThumb({ row, windows }: { row: RowName; windows: readonly DrawnWindow[] }) {
  const { venue, symbol, timeframe, ts, label, split } = row;
  const window = windows.find(
    ({ hash, series }) =>
      hash === row.snapshot &&
      series.venue === venue &&
      series.symbol === symbol &&
      series.timeframe === timeframe,
  );
  const words = `${symbol} ${timeframe} to ${formatBarTime(ts)} UTC`;
  return (
    <figure className={classes.thumb}>
      {window ? (
        <Link href={`/explore?series=${window.series.id}&at=${ts}`} title={`Explore ${words}`}>
          <Sparkcandles window={window.shown} label={words} />
        </Link>
      ) : (
        <span className={classes.gone} />
      )}
      <figcaption>
        <ClassBadge id={label} /> {SPLIT_WORDS[split]}
        <span>{words}</span>
      </figcaption>
    </figure>
  );
}
