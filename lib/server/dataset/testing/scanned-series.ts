import { createHash } from 'node:crypto';
import type { Bars } from '@/lib/core/bar.ts';
import { DEFAULT_RULE_SET } from '@/lib/core/rule/rule-set.ts';
import { scanSeries } from '@/lib/core/scan.ts';
import type { KeptWindow } from '@/lib/core/scan-keep.ts';
import { CONTINUOUS_MARKET, segmentAt } from '@/lib/core/segment.ts';
import { type Snapshot, takeSnapshot } from '@/lib/core/snapshot.ts';
import { encodeSnapshot } from '@/lib/core/snapshot-codec.ts';
import { generateUniverse, type UniverseOptions } from '@/lib/core/synthetic/universe.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import type { Candidate, DatasetSeries } from '../candidate.ts';

/** A series of the demo market as a scan leaves it, in memory: what tests of datasets start from. */
export interface ScannedSeries {
  readonly series: DatasetSeries;
  readonly bars: Bars;
  readonly candidates: Candidate[];
  readonly snapshots: ReadonlyMap<string, Snapshot>;
}

/** Makes and scans a demo market; the same seed and options give the same series, windows and hashes. */
export function scanDemoMarket(seed: number, options: UniverseOptions): ScannedSeries[] {
  return generateUniverse(seed, options).map(({ venue, symbol, timeframe, bars }, i) => {
    const series: DatasetSeries = {
      id: i + 1,
      venue,
      symbol,
      timeframe,
      timeframeMs: timeframeMs(timeframe),
      segmentGap: CONTINUOUS_MARKET.segmentGap,
      maxWindowGap: CONTINUOUS_MARKET.windowGap,
      barsKey: null,
    };
    const result = scanSeries(bars, {
      timeframeMs: series.timeframeMs,
      segmentSettings: CONTINUOUS_MARKET,
      ruleSet: DEFAULT_RULE_SET,
      lookbackDays: 'all',
      seed,
    });
    const snapshots = new Map<string, Snapshot>();
    const candidates = result.kept.map((kept) => {
      const segment = segmentAt(result.segments, kept.t);
      const snapshot = takeSnapshot(bars, segment, result.indicators, kept.t, series.timeframeMs);
      const hash = createHash('sha256').update(encodeSnapshot(snapshot)).digest('hex');
      snapshots.set(hash, snapshot);
      return toCandidate(series, kept, hash);
    });
    return { series, bars, candidates, snapshots };
  });
}

function toCandidate(series: DatasetSeries, kept: KeptWindow, snapshotHash: string): Candidate {
  return {
    windowId: `${series.id}-${kept.ts}`,
    seriesId: series.id,
    ts: kept.ts,
    snapshotHash,
    stale: false,
    weak: {
      kind: kept.kind === 'none' ? 'sampled_none' : kept.kind,
      class: kept.weakClass ?? 'none',
      poleKatr: kept.poleKatr,
      naturalWeight: kept.weight,
    },
  };
}
