import { seriesKey } from '@/lib/contract/manifest.ts';
import type { Bars } from '@/lib/core/bar.ts';
import { bisect } from '@/lib/core/bisect.ts';
import { fitQuantisation, type Quantisation } from '@/lib/core/image/quantisation.ts';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { CONTINUOUS_MARKET, findSegments } from '@/lib/core/segment.ts';
import type { DatasetSeries } from './candidate.ts';

export interface QuantisationInput<Series extends DatasetSeries> {
  readonly series: readonly Series[];
  /** Training dates end here, ms UTC. */
  readonly before: number;
  readonly readBars: (series: Series) => Promise<Bars>;
  readonly signal: AbortSignal;
  readonly onSeries: (done: number) => void;
}

/**
 * The quantisation table of all bars of the training dates, one series in memory at a time.
 * @throws Error where no bar of those dates has its indicators
 */
export async function fitTrainingQuantisation<Series extends DatasetSeries>(
  input: QuantisationInput<Series>,
): Promise<Quantisation> {
  const fit = fitQuantisation();
  for (const [done, series] of input.series.entries()) {
    input.signal.throwIfAborted();
    const bars = await input.readBars(series);
    const settings = { ...CONTINUOUS_MARKET, segmentGap: series.segmentGap };
    const end = bisect(bars.length, (i) => bars.ts[i] >= input.before);
    for (const { from, to } of findSegments(bars.ts, series.timeframeMs, settings)) {
      if (from >= end) break;
      const until = Math.min(to, end);
      fit.add(seriesKey(series), bars, computeIndicators(bars, from, until), from, until);
    }
    input.onSeries(done + 1);
  }
  return fit.finish();
}
