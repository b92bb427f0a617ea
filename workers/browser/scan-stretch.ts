import { allocateInputs, composeInputs, type ModelInputs, sliceInputs } from '@/lib/core/image/inputs.ts';
import type { QuantisationRow } from '@/lib/core/image/quantisation.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { CONTINUOUS_MARKET, markValidWindows } from '@/lib/core/segment.ts';
import { openSnapshot, type Snapshot } from '@/lib/core/snapshot.ts';
import type { ScannedPart, StretchToScan } from './scan-protocol.ts';

/** Gains most, whatever runs beside it (docs/performance.md). */
export const SCAN_BATCH = 16;

type Range = Pick<StretchToScan, 'from' | 'to' | 'segmentFrom' | 'maxWindowGap'>;
/** A model as a scan uses it: probabilities, class by class, and poles of the given windows. */
interface Model {
  readonly schema: FeatureSchema;
  readonly classCount: number;
  run(inputs: ModelInputs): Promise<{ readonly probs: Float32Array; readonly pole_katr: Float32Array }>;
}

/**
 * Runs a model over all valid windows of a stretch, from left to right, a batch at a time. Together the parts are the
 * bars from `from` to `to`, each once.
 * @param snapshot of the windows that end at those bars
 */
export async function* scanStretch(
  snapshot: Snapshot,
  range: Range,
  quantisation: QuantisationRow,
  { schema, classCount, run }: Model,
): AsyncGenerator<ScannedPart> {
  const { bars, indicators } = openSnapshot(snapshot);
  const first = range.to - bars.length;
  const valid = validWindows(snapshot, range, first);
  const inputs = allocateInputs(schema, SCAN_BATCH);
  const batch: number[] = [];
  let begun = range.from;

  async function part(to: number): Promise<ScannedPart> {
    const length = to - begun;
    const probabilities = new Float32Array(length * classCount).fill(Number.NaN);
    const poleKatr = new Float32Array(length).fill(Number.NaN);
    if (batch.length > 0) {
      const { probs, pole_katr } = await run(sliceInputs(inputs, 0, batch.length));
      batch.forEach((t, i) => {
        probabilities.set(probs.subarray(i * classCount, (i + 1) * classCount), (t - begun) * classCount);
        poleKatr[t - begun] = pole_katr[i];
      });
    }
    const scanned = { from: begun, length, probabilities, poleKatr };
    begun = to;
    batch.length = 0;
    return scanned;
  }

  for (let t = range.from; t < range.to; t++) {
    if (valid[t - first] === 0) continue;
    composeInputs(inputs, batch.length, bars, indicators, t - first, quantisation);
    batch.push(t);
    if (batch.length === SCAN_BATCH) yield await part(t + 1);
  }
  if (begun < range.to) yield await part(range.to);
}

/** The scan's own mask, for bars of the stretch counted from the snapshot's first. */
function validWindows({ bars, timeframeMs }: Snapshot, range: Range, first: number): Uint8Array {
  const out = new Uint8Array(bars.length);
  const segment = { from: range.segmentFrom - first, to: bars.length };
  const settings = { ...CONTINUOUS_MARKET, windowGap: range.maxWindowGap };
  markValidWindows(bars.ts, timeframeMs, segment, settings, range.from - first, bars.length, out);
  return out;
}
