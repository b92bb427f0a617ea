import type { Segment, SegmentSettings } from './segment.ts';
import { WINDOW_BARS } from './window.ts';

/** Why no valid window ends at a bar. */
export type WindowFault =
  /** The bar comes too early in its segment: `before` bars lie before it, `needed` must. */
  | { readonly kind: 'early'; readonly before: number; readonly needed: number; readonly segmentTs: number }
  /** Two neighbours among the window's 64 bars are `bars` timeframes apart, more than `most`. */
  | {
      readonly kind: 'gap';
      readonly fromTs: number;
      readonly toTs: number;
      readonly bars: number;
      readonly most: number;
    };

/**
 * What keeps the window that ends at bar `t` from being valid, or null where nothing does: the same as markValidWindows,
 * with the reason. Of several gaps the last is named.
 * @param tsOf the stamp of a bar, ms UTC
 * @param segment the one that holds `t`
 */
export function findWindowFault(
  tsOf: (bar: number) => number,
  timeframeMs: number,
  segment: Segment,
  settings: SegmentSettings,
  t: number,
): WindowFault | null {
  const before = t - segment.from;
  const needed = Math.max(settings.minSegmentIndex, WINDOW_BARS - 1);
  if (before < needed) return { kind: 'early', before, needed, segmentTs: tsOf(segment.from) };
  for (let i = t; i > t - WINDOW_BARS + 1; i--) {
    const bars = (tsOf(i) - tsOf(i - 1)) / timeframeMs;
    if (bars > settings.windowGap) {
      return { kind: 'gap', fromTs: tsOf(i - 1), toTs: tsOf(i), bars, most: settings.windowGap };
    }
  }
  return null;
}

/** A fault as the end of a sentence that begins "no valid window ends here:". Times are UTC. */
export function windowFaultWords(fault: WindowFault): string {
  if (fault.kind === 'early') {
    const { before, needed, segmentTs } = fault;
    const bars = before === 1 ? '1 bar lies' : `${before} bars lie`;
    return `only ${bars} before it since ${minute(segmentTs)}, where the series or a part of it begins, and ${needed} are needed`;
  }
  const { fromTs, toTs, bars, most } = fault;
  const long = Number.isInteger(bars) ? String(bars) : bars.toFixed(1);
  return `among its ${WINDOW_BARS} bars is a gap of ${long} timeframes, from ${minute(fromTs)} to ${minute(toTs)}, and at most ${most} are allowed`;
}

function minute(ts: number): string {
  return new Date(ts).toISOString().slice(0, 16).replace('T', ' ');
}
