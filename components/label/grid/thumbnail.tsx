import { type CSSProperties, memo, type Ref } from 'react';
import { Sparkcandles } from '@/components/chart/sparkcandles.tsx';
import type { Exception } from '@/lib/client/label/grid-store.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { CLASS_FACTS, type ClassId } from '@/lib/contract/classes.ts';
import classes from './grid.module.css';
import { type ThumbnailView, thumbnailViewOf } from './thumbnail-view.ts';

interface ThumbnailProps {
  held: HeldItem;
  suggested: ClassId;
  exception: Exception | null;
  /** Only one cell of a page has it: the one that Tab comes to. */
  focused: boolean;
  onFocus: (windowId: string) => void;
  ref?: Ref<HTMLDivElement>;
}

/** One window of the page: symbol, timeframe, its candles with its rule's marks, and over them what it was marked as. */
export const Thumbnail = memo(function Thumbnail(props: ThumbnailProps) {
  const { held, suggested, exception, focused, onFocus, ref } = props;
  const view = thumbnailViewOf(held, suggested);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would size its cells by itself
    <div
      ref={ref}
      role="gridcell"
      tabIndex={focused ? 0 : -1}
      className={classes.cell}
      data-focused={focused || undefined}
      data-exception={exception ?? undefined}
      data-window={held.item.windowId}
      aria-label={spokenOf(view, suggested, exception)}
      onFocus={() => onFocus(held.item.windowId)}
    >
      <div className={classes.caption}>
        <span className={classes.name}>
          <span className={classes.symbol}>{view.symbol}</span>
          <span>
            {view.timeframe} {view.arrow}
          </span>
        </span>
        <span className={classes.time}>{view.time}</span>
      </div>
      <div className={classes.candles}>
        <Sparkcandles window={view.window} />
        {exception === null ? null : <Mark exception={exception} />}
      </div>
    </div>
  );
});

function Mark({ exception }: { exception: Exception }) {
  const skipped = exception === 'skip';
  return (
    <span
      className={classes.mark}
      style={{ '--class': skipped ? 'var(--hy-dim)' : `var(--hy-class-${exception})` } as CSSProperties}
      aria-hidden="true"
    >
      {skipped ? 'skip' : CLASS_FACTS[exception].letter}
    </span>
  );
}

function spokenOf(
  { symbol, timeframe, time }: ThumbnailView,
  suggested: ClassId,
  exception: Exception | null,
): string {
  const said =
    exception === null
      ? CLASS_FACTS[suggested].name
      : exception === 'skip'
        ? 'Skipped'
        : `Exception: ${CLASS_FACTS[exception].name}`;
  return `${said}, ${symbol} ${timeframe} to ${time} UTC`;
}
