import { findGaps } from '@/lib/core/bar-validation.ts';
import { CONTINUOUS_MARKET } from '@/lib/core/segment.ts';

const DAY_MS = 86_400_000;
const FEWEST_BREAKS = 20;
const FEWEST_BREAKS_A_BAR = 1 / 1000;
/** Closing times a market has in UTC: with a lunch break, or summer and winter. */
const CLOSING_TIMES = 2;
const SHARE_AT_CLOSING_TIMES = 0.5;
const SHARE_COVERED = 0.99;

export interface GapSettings {
  /** In timeframes; see Series. */
  readonly segmentGap: number;
  readonly maxWindowGap: number;
}

/**
 * The gap settings that a new series' own bars ask for. Where trading stops again and again at the same time of day,
 * those breaks are no defect: windows and segments go across them, up to the length that covers 99 % of them. Where gaps
 * come at any time (outages, no trades) the settings of a market that never closes stay.
 * @param ts ms UTC, strictly increasing
 */
export function guessGapSettings(ts: Float64Array, timeframeMs: number): GapSettings {
  const continuous = {
    segmentGap: CONTINUOUS_MARKET.segmentGap,
    maxWindowGap: CONTINUOUS_MARKET.windowGap,
  };
  const breaks = findGaps(ts, timeframeMs).filter(
    ({ fromTs, toTs }) => (toTs - fromTs) / timeframeMs > CONTINUOUS_MARKET.windowGap,
  );
  if (breaks.length < Math.max(FEWEST_BREAKS, ts.length * FEWEST_BREAKS_A_BAR)) return continuous;

  const byTimeOfDay = new Map<number, number>();
  for (const { fromTs } of breaks) {
    const time = fromTs % DAY_MS;
    byTimeOfDay.set(time, (byTimeOfDay.get(time) ?? 0) + 1);
  }
  const counts = [...byTimeOfDay.values()].sort((a, b) => b - a);
  const atClosing = counts.slice(0, CLOSING_TIMES).reduce((sum, count) => sum + count, 0);
  if (timeframeMs >= DAY_MS || atClosing < SHARE_AT_CLOSING_TIMES * breaks.length) return continuous;

  const lengths = breaks.map(({ fromTs, toTs }) => (toTs - fromTs) / timeframeMs).sort((a, b) => a - b);
  const covering = Math.ceil(lengths[Math.ceil(SHARE_COVERED * lengths.length) - 1] ?? 0);
  return { segmentGap: Math.max(continuous.segmentGap, covering), maxWindowGap: covering };
}
