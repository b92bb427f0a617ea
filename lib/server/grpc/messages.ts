import { allocateBars, type Bars } from '@/lib/core/bar.ts';
import type { QuantisationRow } from '@/lib/core/image/quantisation.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import type { BarsInput, Classified, DescribedModel } from '../service/classify.ts';
import { SENT_WARMUP_BARS } from '../serving/last-window.ts';
import type { BarsRequest__Output } from './generated/halyard/pattern/v1/BarsRequest.ts';
import type { Model } from './generated/halyard/pattern/v1/Model.ts';
import type { PatternReply } from './generated/halyard/pattern/v1/PatternReply.ts';

export function toReply(said: Classified): PatternReply {
  return {
    classId: said.classId,
    quality: said.quality,
    probabilities: Array.from(said.probabilities),
    ...(said.poleKatr === null ? {} : { poleKatr: said.poleKatr }),
    embed: Array.from(said.embedding),
    modelVersion: said.modelVersion,
    championVersion: said.championVersion ?? '',
  };
}

export function toModel({ file, quantisation, thresholds, championVersion }: DescribedModel): Model {
  const known = file.classMap.flatMap((id, i): [string, number][] => {
    const threshold = thresholds[i] ?? null;
    return threshold === null ? [] : [[id, threshold]];
  });
  const rows = Object.entries(quantisation.series).map(([key, row]) => [key, toRow(row)] as const);
  return {
    version: file.name,
    championVersion: championVersion ?? '',
    featureSchema: file.featureSchema,
    classMap: [...file.classMap],
    quantisation: { global: toRow(quantisation.global), series: Object.fromEntries(rows) },
    thresholds: Object.fromEntries(known),
    sha256: file.sha256,
    windowBars: WINDOW_BARS,
    warmupBars: SENT_WARMUP_BARS,
  };
}

function toRow({ M, ...row }: QuantisationRow) {
  const { rsiMean, rsiStd, drMean, drStd, p0_5, p99_5 } = row;
  return { m: M, rsiMean, rsiStd, drMean, drStd, p0_5: p0_5, p99_5: p99_5 };
}

export function toBarsInput({ bars, ...request }: BarsRequest__Output): BarsInput {
  return { ...request, bars: toBars(bars) };
}

function toBars(sent: BarsRequest__Output['bars']): Bars {
  const bars = allocateBars(sent.length);
  for (const [i, bar] of sent.entries()) {
    bars.ts[i] = bar.ts;
    bars.open[i] = bar.open;
    bars.high[i] = bar.high;
    bars.low[i] = bar.low;
    bars.close[i] = bar.close;
    bars.volume[i] = bar.volume;
    bars.takerBuyVolume[i] = bar.takerBuyVolume ?? Number.NaN;
  }
  return bars;
}
