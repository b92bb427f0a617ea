import { describe, expect, it } from 'vitest';
import { MINUTE, randomBars } from '@/lib/core/fixtures/random-bars.ts';
import { allocateInputs, composeInputs, type ModelInputs, sliceInputs } from '@/lib/core/image/inputs.ts';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { CONTINUOUS_MARKET, findSegments, markValidWindows } from '@/lib/core/segment.ts';
import { takeStretch } from '@/lib/core/snapshot.ts';
import type { ScannedPart } from './scan-protocol.ts';
import { SCAN_BATCH, scanStretch } from './scan-stretch.ts';

const ROW = { M: 0.02, rsiMean: 0.5, rsiStd: 0.15, drMean: 0, drStd: 0.05, p0_5: -2.5, p99_5: 2.5 };
const CLASSES = 2;

/** Stands for a model of feature schema 2: two figures that any change of a window's inputs changes. */
function wordOn({ images, aux }: ModelInputs): [number, number] {
  let sum = 0;
  let weighted = 0;
  for (const byte of [...images, ...new Uint8Array(aux?.slice().buffer ?? [])]) {
    sum += byte;
    weighted = (weighted * 31 + byte) % 65_521;
  }
  return [sum, weighted];
}

async function scanned(bars = randomBars(5, 1500), from = 0, count = 400) {
  const segments = findSegments(bars.ts, MINUTE, CONTINUOUS_MARKET);
  const segment = segments.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  const indicators = computeIndicators(bars, segment.from, segment.to);
  const begin = segment.from + 63 + from;
  const end = Math.min(segment.to, begin + count);
  const batches: number[] = [];
  const parts: ScannedPart[] = [];
  const range = {
    from: begin,
    to: end,
    segmentFrom: segment.from,
    maxWindowGap: CONTINUOUS_MARKET.windowGap,
  };
  const snapshot = takeStretch(bars, segment, indicators, begin, end, MINUTE);
  const run = async (inputs: ModelInputs) => {
    batches.push(inputs.count);
    const words = Array.from({ length: inputs.count }, (_, i) => wordOn(sliceInputs(inputs, i, i + 1)));
    return { probs: Float32Array.from(words.flat()), pole_katr: Float32Array.from(words, ([sum]) => sum) };
  };
  for await (const part of scanStretch(snapshot, range, ROW, { schema: 2, classCount: CLASSES, run }))
    parts.push(part);
  const valid = new Uint8Array(bars.length);
  markValidWindows(bars.ts, MINUTE, segment, CONTINUOUS_MARKET, segment.from, segment.to, valid);
  return { bars, indicators, valid, range, parts, batches };
}

describe('a scanned stretch', () => {
  it('has the model’s word on every valid window’s own inputs, and none where no valid window ends', async () => {
    for (const from of [0, 200]) {
      const { bars, indicators, valid, range, parts } = await scanned(randomBars(5, 1500), from);
      const inputs = allocateInputs(2, 1);
      let at = range.from;
      for (const part of parts) {
        expect(part.from).toBe(at);
        at += part.length;
        for (let i = 0; i < part.length; i++) {
          const t = part.from + i;
          const word = [...part.probabilities.subarray(i * CLASSES, (i + 1) * CLASSES)];
          if (valid[t] === 0) {
            expect([...word, part.poleKatr[i]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
            continue;
          }
          composeInputs(inputs, 0, bars, indicators, t, ROW);
          expect(word, `bar ${t}`).toEqual(wordOn(inputs));
          expect(part.poleKatr[i]).toBe(word[0]);
        }
      }
      expect(at).toBe(range.to);
    }
  });

  it('fills its batches with valid windows', async () => {
    const { batches, valid, range } = await scanned();
    const windows = valid.subarray(range.from, range.to).reduce((sum, one) => sum + one, 0);
    expect(windows).toBeGreaterThan(100);
    expect(batches.slice(0, -1).every((count) => count === SCAN_BATCH)).toBe(true);
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(windows);
  });

  it('says of a stretch without a valid window that there is none, without asking the model', async () => {
    const { parts, batches, range } = await scanned(randomBars(5, 1500), 0, 40);
    expect(batches).toEqual([]);
    expect(parts).toMatchObject([{ from: range.from, length: 40 }]);
    expect(parts[0].probabilities.every(Number.isNaN)).toBe(true);
  });
});
