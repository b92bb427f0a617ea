import { type HeldItem, openItem } from '@/lib/client/label/held-item.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { voteSchema } from '@/lib/contract/label.ts';
import { BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { DEFAULT_RULE_SET } from '@/lib/core/rule/rule-set.ts';
import { scanSeries } from '@/lib/core/scan.ts';
import { CONTINUOUS_MARKET } from '@/lib/core/segment.ts';
import { takeSnapshot } from '@/lib/core/snapshot.ts';
import { generateUniverse } from '@/lib/core/synthetic/universe.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';

/**
 * Windows of the synthetic market for which the rules suggest `suggested`, as a claim would lease them.
 * @returns the same ones on every call, oldest first within a series
 */
export function heldWindows(suggested: ClassId, count: number): HeldItem[] {
  const held: HeldItem[] = [];
  for (const { symbol, timeframe, bars } of generateUniverse(1, { barsPerSeries: 4000 })) {
    const ms = timeframeMs(timeframe);
    const { kept, segments, indicators } = scanSeries(bars, {
      timeframeMs: ms,
      segmentSettings: CONTINUOUS_MARKET,
      ruleSet: DEFAULT_RULE_SET,
      lookbackDays: 'all',
      seed: 1,
    });
    const [segment] = segments;
    for (const { t, ts, kind, weakClass, direction, poleKatr, votes } of kept) {
      if (weakClass !== suggested || (kind !== 'event' && suggested !== 'none')) continue;
      const { state, bars: shown } = takeSnapshot(bars, segment, indicators, t, ms);
      const id = `${symbol}-${timeframe}-${ts}`;
      held.push(
        openItem({
          itemId: id,
          leaseId: id,
          leaseExpiresAt: '2026-01-01T00:00:00.000Z',
          windowId: id,
          series: { id: 1, venue: 'demo', symbol, timeframe },
          ts,
          snapshot: { timeframeMs: ms, bars: columnsOf(shown), state },
          suggestion: {
            class: suggested,
            kind: kind === 'none' ? 'sampled_none' : kind,
            direction,
            poleKatr,
            votes: votes.map((vote) => voteSchema.parse(vote)),
          },
          voices: null,
        }),
      );
      if (held.length === count) return held;
    }
  }
  throw new Error(`the synthetic market has ${held.length} windows of ${suggested}, fewer than ${count}`);
}

function columnsOf(bars: Bars) {
  const entries = BAR_FIELDS.map((field) => [field, Array.from(bars[field])] as const);
  return Object.fromEntries(entries) as Record<(typeof BAR_FIELDS)[number], number[]>;
}
