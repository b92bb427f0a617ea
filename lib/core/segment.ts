import { bisect } from './bisect.ts';
import { MIN_SEGMENT_INDEX, WINDOW_BARS } from './window.ts';

/** Bars `[from, to)` of a series with no long gap between them: indicators, CVD and warm-up begin anew at `from`. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

/** A series' own settings: session markets have nights and week-ends that are no defect. */
export interface SegmentSettings {
  /** A gap longer than this many timeframes starts a new segment. */
  readonly segmentGap: number;
  /** A window with a longer gap than this many timeframes between two of its bars is not valid. */
  readonly windowGap: number;
  /** A window is valid from this index of its segment. */
  readonly minSegmentIndex: number;
}

/** For markets that never close. */
export const CONTINUOUS_MARKET: SegmentSettings = {
  segmentGap: 64,
  windowGap: 2.5,
  minSegmentIndex: MIN_SEGMENT_INDEX,
};

/** The segments of bars stamped `ts` (ms, strictly increasing), oldest first; they cover all bars. */
export function findSegments(ts: Float64Array, timeframeMs: number, settings: SegmentSettings): Segment[] {
  const segments: Segment[] = [];
  const longest = settings.segmentGap * timeframeMs;
  let from = 0;
  for (let i = 1; i < ts.length; i++) {
    if (ts[i] - ts[i - 1] <= longest) continue;
    segments.push({ from, to: i });
    from = i;
  }
  if (ts.length > 0) segments.push({ from, to: ts.length });
  return segments;
}

/**
 * The segment that holds bar `t`, by bisection.
 * @throws RangeError when `t` lies in none of them.
 */
export function segmentAt(segments: readonly Segment[], t: number): Segment {
  const segment = segments.at(bisect(segments.length, (i) => t < segments[i].to));
  if (segment && t >= segment.from) return segment;
  throw new RangeError(`bar ${t} lies in no segment (bars 0 to ${(segments.at(-1)?.to ?? 0) - 1})`);
}

/**
 * Writes 1 to `out[t]` for every valid window that ends at a bar t of `[from, to)`, else 0: t is at least
 * `minSegmentIndex` bars into its segment and no gap between the window's 64 bars is longer than `windowGap`.
 */
export function markValidWindows(
  ts: Float64Array,
  timeframeMs: number,
  segment: Segment,
  settings: SegmentSettings,
  from: number,
  to: number,
  out: Uint8Array,
): void {
  const longest = settings.windowGap * timeframeMs;
  const firstValid = segment.from + Math.max(settings.minSegmentIndex, WINDOW_BARS - 1);
  let afterGap = segment.from;
  for (let i = Math.max(segment.from + 1, from - WINDOW_BARS + 2); i < to; i++) {
    if (ts[i] - ts[i - 1] > longest) afterGap = i;
    if (i >= from) out[i] = i >= firstValid && i - WINDOW_BARS + 1 >= afterGap ? 1 : 0;
  }
  if (from === segment.from && from < to) out[from] = 0;
}
