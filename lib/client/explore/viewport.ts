/**
 * What of a series is in view, in bars: bar i covers [i, i + 1), so that edges between bars are whole numbers and any
 * fraction of a bar can be scrolled.
 */
export interface Viewport {
  readonly from: number;
  readonly to: number;
}

/** Closer than this there is nothing more to see. */
const FEWEST_BARS = 24;
/** Empty space that may be scrolled into view at either end, as a share of the view. */
const OVERSCROLL = 0.5;
/** What a newly opened series shows of its end. */
const FIRST_VIEW = 400;

export const widthOf = ({ from, to }: Viewport): number => to - from;

/** The whole series. */
export function wholeSeries(bars: number): Viewport {
  return { from: 0, to: Math.max(bars, FEWEST_BARS) };
}

/** The last bars before `end`, with a little space after them. */
export function lastBars(end: number): Viewport {
  return { from: end - FIRST_VIEW, to: end + FIRST_VIEW * 0.05 };
}

/** The nearest view that is neither too close nor too far out, and not past the ends of a series of `bars` bars. */
export function clampViewport({ from, to }: Viewport, bars: number): Viewport {
  const most = Math.max(FEWEST_BARS, bars * (1 + OVERSCROLL));
  const width = Math.min(most, Math.max(FEWEST_BARS, to - from));
  const space = width * OVERSCROLL;
  const middle = (from + to) / 2;
  const start = Math.min(Math.max(middle - width / 2, -space), bars + space - width);
  return { from: start, to: start + width };
}

export function pan({ from, to }: Viewport, bars: number): Viewport {
  return { from: from + bars, to: to + bars };
}

/** Makes the view `factor` times as wide and keeps the place `at` where it is on screen. */
export function zoom({ from, to }: Viewport, factor: number, at: number): Viewport {
  return { from: at - (at - from) * factor, to: at + (to - at) * factor };
}

/** The view moved so that the middle of `bar` stands at a share of its width; not moved at all while it is well in view. */
export function reveal(view: Viewport, bar: number, share = 0.75): Viewport {
  const width = widthOf(view);
  const place = (bar + 0.5 - view.from) / width;
  if (place > 0.05 && place < 0.95) return view;
  return pan(view, bar + 0.5 - share * width - view.from);
}

/** Bars a bucket, a power of two, so that the view takes at most `buckets` of them. */
export function levelFor(view: Viewport, buckets: number): number {
  let level = 1;
  while (widthOf(view) / level > buckets) level *= 2;
  return level;
}

/** CSS pixels from the left edge of a plot that is `width` wide, for a place in bars, and back. */
export function placeToX({ from, to }: Viewport, place: number, width: number): number {
  return ((place - from) / (to - from)) * width;
}
export function xToPlace({ from, to }: Viewport, x: number, width: number): number {
  return from + (x / width) * (to - from);
}
