'use client';

import { BarTime, CandleFigures, LegendRow } from '@/components/chart/legend-row.tsx';
import { formatVolume, priceDecimals } from '@/components/chart/price-format.ts';
import type { BucketRun } from '@/lib/client/explore/tiles.ts';
import { tsOfBar } from '@/lib/core/time-runs.ts';
import { useExploration, useExplore } from './use-exploration.ts';

interface ExploreLegendProps {
  /** Where the pointer is, in bars; null for the cursor. */
  place: number | null;
  /** What the chart shows, and the first bar that it must not show. */
  filled: { readonly run: BucketRun; readonly end: number } | null;
  tops: readonly number[];
}

/** The figures of the bar, or of the bars put together, under the pointer; else of the cursor's. */
export function ExploreLegend({ place, filled, tops }: ExploreLegendProps) {
  const { runs } = useExploration();
  const cursor = useExplore((state) => state.cursor);
  if (filled === null || tops.length === 0) return null;
  const { level, first, bars } = filled.run;
  const bar = Math.floor(place ?? cursor);
  const i = Math.floor(bar / level) - first;
  const hidden = bar >= filled.end;
  if (hidden || i < 0 || i >= bars.length || Number.isNaN(bars.ts[i])) {
    return <LegendRow top={tops[0]}>{hidden && bar < runs.length ? <span>hidden</span> : null}</LegendRow>;
  }
  const last = Math.min((first + i + 1) * level, filled.end) - 1;
  const candle = { open: bars.open[i], high: bars.high[i], low: bars.low[i], close: bars.close[i] };
  return (
    <>
      <LegendRow top={tops[0]}>
        <BarTime ts={bars.ts[i]} lastTs={tsOfBar(runs, last)} />
        <CandleFigures candle={candle} decimals={priceDecimals(candle.close)} />
        {level > 1 ? <span>{last - (first + i) * level + 1} bars</span> : null}
      </LegendRow>
      <LegendRow top={tops[1]}>
        <span>
          Volume <b>{formatVolume(bars.volume[i])}</b>
        </span>
      </LegendRow>
    </>
  );
}
