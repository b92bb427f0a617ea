import type { SparkWindow } from '@/components/chart/draw-sparkcandles.ts';
import { chartMarks } from '@/components/chart/marks.ts';
import { formatBarTime } from '@/components/chart/price-format.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { type ClassId, NONE } from '@/lib/contract/classes.ts';

/** What a cell of the grid shows of a window, made once. */
export interface ThumbnailView {
  readonly window: SparkWindow;
  readonly symbol: string;
  readonly timeframe: string;
  /** Of bar t, UTC. */
  readonly time: string;
  /** The way the pattern points; empty where it points nowhere. */
  readonly arrow: '↑' | '↓' | '';
}

const views = new WeakMap<HeldItem['opened'], ThumbnailView>();

/** @param suggested the page's class: only its rule's marks are drawn; where that is none, what nearly fired */
export function thumbnailViewOf(held: HeldItem, suggested: ClassId): ThumbnailView {
  let view = views.get(held.opened);
  if (!view) {
    view = makeView(held, suggested);
    views.set(held.opened, view);
  }
  return view;
}

function makeView({ item, opened }: HeldItem, suggested: ClassId): ThumbnailView {
  const { bars, indicators, windowStart, t } = opened;
  const votes = item.suggestion?.votes ?? [];
  const told = suggested === NONE ? votes : votes.filter(({ rule }) => rule === suggested);
  const direction = item.suggestion?.direction ?? 0;
  return {
    window: {
      bars,
      ema: indicators.ema,
      windowStart,
      shapes: chartMarks(told, suggested, t, bars).shapes,
    },
    symbol: item.series.symbol,
    timeframe: item.series.timeframe,
    time: formatBarTime(item.ts),
    arrow: direction === 0 ? '' : direction > 0 ? '↑' : '↓',
  };
}
