import type { Random } from '../random.ts';
import { SPACING, type Span } from './timeline.ts';

/** The series cut into parts of equal length, those of a series numbered one after another. */
export interface Stretches {
  /** By window: the part it lies in. */
  readonly stretchOf: Int32Array;
  /** Parts of a series. */
  readonly parts: number;
  /** By part: in which order those of a series come up, counted from 0. */
  readonly rounds: Float64Array;
  /** By part: where it comes among those of other series in the same round, from 0 to 1. */
  readonly within: Float64Array;
}

/** The first windows of a queue reach over all of a series' time. */
const FEWEST_A_SERIES = 8;

/**
 * Cuts each series so that all series together have twice SPACING parts: going through parts by turns, there is nearly
 * always one whose last window came long enough ago. A series' parts come up jumping about in time; the order of the
 * series is drawn anew each round.
 */
export function cutIntoStretches(spans: readonly Span[], random: Random): Stretches {
  const extents = new Map<number, { from: number; to: number; first: number }>();
  for (const { seriesId, bar } of spans) {
    const extent = extents.get(seriesId);
    if (!extent) extents.set(seriesId, { from: bar, to: bar, first: 0 });
    else {
      extent.from = Math.min(extent.from, bar);
      extent.to = Math.max(extent.to, bar);
    }
  }
  const parts = Math.max(FEWEST_A_SERIES, Math.ceil((2 * SPACING) / Math.max(1, extents.size)));
  const jumps = jumpingRounds(parts);
  const rounds = new Float64Array(parts * extents.size);
  const within = Float64Array.from(rounds, () => random.next());
  let first = 0;
  for (const extent of extents.values()) {
    extent.first = first;
    const shift = random.int(parts);
    for (let part = 0; part < parts; part++) rounds[first + part] = jumps[(part + shift) % parts];
    first += parts;
  }
  const stretchOf = Int32Array.from(spans, ({ seriesId, bar }) => {
    const { from, to, first: own } = extents.get(seriesId) ?? { from: bar, to: bar, first: 0 };
    return own + Math.floor(((bar - from) / (to - from + 1)) * parts);
  });
  return { stretchOf, parts, rounds, within };
}

/** For each of `count` parts the round it comes up in: van der Corput's sequence, which jumps about evenly. */
function jumpingRounds(count: number): Uint32Array {
  const order = [...Array(count).keys()].sort((a, b) => reversedBits(a) - reversedBits(b));
  const rounds = new Uint32Array(count);
  for (const [round, part] of order.entries()) rounds[part] = round;
  return rounds;
}

/** The 32 bits of n in reverse order (van der Corput 1935, base 2): counting n up jumps about evenly. */
function reversedBits(n: number): number {
  let v = n;
  v = ((v >>> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  v = ((v >>> 8) & 0x00ff00ff) | ((v & 0x00ff00ff) << 8);
  return ((v >>> 16) | (v << 16)) >>> 0;
}
