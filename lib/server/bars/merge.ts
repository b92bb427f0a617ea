import { allocateBars, BAR_FIELDS, type Bars, sliceBars } from '@/lib/core/bar.ts';

/** How a merged bar came to be: it was stored already, or imported. */
export const ORIGINS = ['stored', 'unchanged', 'added', 'restated'] as const;
const [STORED, UNCHANGED, ADDED, RESTATED] = ORIGINS.keys();

/** Bars that come a stretch after another. */
export type Stretches = Iterable<Bars> | AsyncIterable<Bars>;

/** A stretch of merged bars. */
export interface MergedBars {
  readonly bars: Bars;
  /** For each bar an index into {@link ORIGINS}. */
  readonly origin: Uint8Array;
}

const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Whether a series does not have such a bar yet. */
export function isChange(origin: number): boolean {
  return origin >= ADDED;
}

/**
 * Joins two runs of valid, strictly increasing bars, a stretch after another. Where both have a bar the newer import's
 * wins, but a known taker volume is not lost to a source that does not carry one.
 */
export async function* mergeBars(stored: Stretches, imported: Stretches): AsyncGenerator<MergedBars> {
  const before = new Run(stored);
  const news = new Run(imported);
  try {
    for (;;) {
      await before.fill();
      await news.fill();
      if (before.ended && news.ended) return;
      yield mergeStretch(before, news);
    }
  } finally {
    await before.close();
    await news.close();
  }
}

/** Merges up to where the next bars of one of the runs are not here yet. */
function mergeStretch(before: Run, news: Run): MergedBars {
  const most = before.left + news.left;
  const out = allocateBars(most);
  const origin = new Uint8Array(most);
  let row = 0;
  while ((before.left > 0 || before.ended) && (news.left > 0 || news.ended)) {
    if (before.ts < news.ts) {
      copyBar(before, out, row);
      origin[row++] = STORED;
      before.at++;
      continue;
    }
    copyBar(news, out, row);
    origin[row] = before.ts === news.ts ? compare(before, out, row) : ADDED;
    if (origin[row] !== ADDED) before.at++;
    news.at++;
    row++;
  }
  return { bars: sliceBars(out, 0, row), origin: origin.subarray(0, row) };
}

/** Whether the imported bar at `row` says what the stored one does; it takes over the taker volume it does not know. */
function compare({ bars, at }: Run, out: Bars, row: number): number {
  const taker = bars.takerBuyVolume[at];
  // A stored taker volume still fits where the volume it is part of was not restated.
  if (Number.isNaN(out.takerBuyVolume[row]) && bars.volume[at] === out.volume[row])
    out.takerBuyVolume[row] = taker;
  for (const name of PRICES) if (bars[name][at] !== out[name][row]) return RESTATED;
  const same =
    taker === out.takerBuyVolume[row] || (Number.isNaN(taker) && Number.isNaN(out.takerBuyVolume[row]));
  return same ? UNCHANGED : RESTATED;
}

function copyBar({ bars, at }: Run, to: Bars, row: number): void {
  for (const name of BAR_FIELDS) to[name][row] = bars[name][at];
}

/** Bars that come in stretches, and where in them a reader is. */
class Run {
  bars = allocateBars(0);
  at = 0;
  ended = false;
  private readonly stretches: AsyncGenerator<Bars>;

  constructor(bars: Stretches) {
    this.stretches = eachOf(bars);
  }

  get left(): number {
    return this.bars.length - this.at;
  }

  /** Stamp of the next bar; after the last one no stamp is so late. */
  get ts(): number {
    return this.left > 0 ? this.bars.ts[this.at] : Number.POSITIVE_INFINITY;
  }

  /** Sees to it that the next bar is here, if there is one. */
  async fill(): Promise<void> {
    while (this.left === 0 && !this.ended) {
      const { value, done } = await this.stretches.next();
      if (done) this.ended = true;
      else {
        this.bars = value;
        this.at = 0;
      }
    }
  }

  async close(): Promise<void> {
    await this.stretches.return(undefined);
  }
}

async function* eachOf(bars: Stretches): AsyncGenerator<Bars> {
  yield* bars;
}
