import { allocateBars, BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';

export interface MergedBars {
  readonly bars: Bars;
  readonly added: number;
  readonly unchanged: number;
  readonly restated: number;
  /** Stamps of the bars that were added or restated, ascending. */
  readonly changedTs: Float64Array;
}

const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Joins two runs of valid, strictly increasing bars. Where both have a bar the newer import's wins, but a known taker
 * volume is not lost to a source that does not carry one.
 */
export function mergeBars(stored: Bars, imported: Bars): MergedBars {
  const out = allocateBars(stored.length + imported.length);
  const changed: number[] = [];
  let added = 0;
  let unchanged = 0;
  let restated = 0;
  let s = 0;
  let n = 0;
  let row = 0;
  while (s < stored.length || n < imported.length) {
    const storedTs = s < stored.length ? stored.ts[s] : Number.POSITIVE_INFINITY;
    const importedTs = n < imported.length ? imported.ts[n] : Number.POSITIVE_INFINITY;
    if (storedTs < importedTs) {
      copyBar(stored, s++, out, row++);
      continue;
    }
    copyBar(imported, n, out, row);
    if (importedTs < storedTs) {
      added++;
      changed.push(importedTs);
    } else {
      if (Number.isNaN(out.takerBuyVolume[row])) keepTaker(stored, s, out, row);
      if (sameBar(stored, s, out, row)) unchanged++;
      else {
        restated++;
        changed.push(importedTs);
      }
      s++;
    }
    n++;
    row++;
  }
  return { bars: cut(out, row), added, unchanged, restated, changedTs: Float64Array.from(changed) };
}

/** A stored taker volume still fits where the volume it is part of was not restated. */
function keepTaker(stored: Bars, s: number, out: Bars, row: number): void {
  if (stored.volume[s] === out.volume[row]) out.takerBuyVolume[row] = stored.takerBuyVolume[s];
}

function copyBar(from: Bars, i: number, to: Bars, row: number): void {
  for (const name of BAR_FIELDS) to[name][row] = from[name][i];
}

function sameBar(a: Bars, i: number, b: Bars, j: number): boolean {
  for (const name of PRICES) if (a[name][i] !== b[name][j]) return false;
  return Object.is(a.takerBuyVolume[i], b.takerBuyVolume[j]) || a.takerBuyVolume[i] === b.takerBuyVolume[j];
}

/** Copies, so that the room that was not needed is given back. */
function cut(bars: Bars, length: number): Bars {
  const out = allocateBars(length);
  for (const name of BAR_FIELDS) out[name].set(bars[name].subarray(0, length));
  return out;
}
