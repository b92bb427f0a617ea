import { allocateBars, BAR_FIELDS, type Bars } from '@/lib/core/bar.ts';
import { BAR_PROBLEMS, checkBars, commonestGridOffset } from '@/lib/core/bar-validation.ts';
import type { CsvRows } from './read-csv.ts';

const EXAMPLES_A_KIND = 5;
/** Only these are looked at for examples; all are counted. */
const DESCRIBED_ROWS = 200_000;

export interface RowProblem {
  kind: string;
  count: number;
  examples: { line: number; message: string }[];
}

export interface Collected {
  /** The good rows, strictly increasing. */
  readonly bars: Bars;
  readonly rowsRead: number;
  readonly gridOffsetMs: number;
  /** What was left out, by kind, most first. */
  readonly rejected: RowProblem[];
}

export interface NamedRows {
  readonly name: string;
  readonly rows: CsvRows;
}

/**
 * Puts the rows of one or more files in the order of time, whatever theirs was, checks each bar, and keeps the good ones.
 * @param gridOffsetMs the series' own, or null where it has no bars yet: then the commonest of these
 */
export function collectBars(
  files: readonly NamedRows[],
  timeframeMs: number,
  gridOffsetMs: number | null,
): Collected {
  const rowsRead = files.reduce((sum, { rows }) => sum + rows.bars.length, 0);
  const order = orderByTime(files, rowsRead);
  const bars = allocateBars(rowsRead);
  order.forEach(({ file, row }, i) => {
    const { rows } = files[file];
    for (const name of BAR_FIELDS) bars[name][i] = rows.bars[name][row];
    // A taker volume that is no number is a defect of the row, not an unknown.
    if (rows.badTaker[row] === 1) bars.volume[i] = Number.NaN;
  });
  const offset = gridOffsetMs ?? commonestGridOffset(bars.ts, timeframeMs);
  const several = files.length > 1;
  const check = checkBars(bars, {
    timeframeMs,
    gridOffsetMs: offset,
    place: (i) => {
      const { file, row } = order[i];
      return `${several ? `${files[file].name} ` : ''}line ${files[file].rows.lines[row]}`;
    },
    describeAtMost: DESCRIBED_ROWS,
  });

  const rejected = BAR_PROBLEMS.filter((kind) => check.counts[kind] > 0).map(
    (kind): RowProblem => ({
      kind,
      count: check.counts[kind],
      examples: check.rejected
        .filter(({ problem }) => problem === kind)
        .slice(0, EXAMPLES_A_KIND)
        .map(({ row, message }) => {
          const { file, row: own } = order[row];
          return { line: files[file].rows.lines[own], message };
        }),
    }),
  );
  return {
    bars: pick(bars, check.accepted, check.acceptedCount),
    rowsRead,
    gridOffsetMs: offset,
    rejected: rejected.sort((a, b) => b.count - a.count),
  };
}

interface Place {
  readonly file: number;
  readonly row: number;
}

/** Files may run backwards or overlap. Rows without a time come last; of equal times the first in reading order. */
function orderByTime(files: readonly NamedRows[], count: number): Place[] {
  const order: Place[] = new Array(count);
  let i = 0;
  let sorted = true;
  let previous = Number.NEGATIVE_INFINITY;
  files.forEach(({ rows }, file) => {
    for (let row = 0; row < rows.bars.length; row++) {
      order[i++] = { file, row };
      const ts = rows.bars.ts[row];
      if (!(ts >= previous)) sorted = false;
      previous = ts;
    }
  });
  if (sorted) return order;
  const time = ({ file, row }: Place) => {
    const ts = files[file].rows.bars.ts[row];
    return Number.isNaN(ts) ? Number.POSITIVE_INFINITY : ts;
  };
  return order.sort((a, b) => {
    const difference = time(a) - time(b);
    return Number.isNaN(difference) ? 0 : difference;
  });
}

function pick(bars: Bars, accepted: Uint8Array, count: number): Bars {
  const out = allocateBars(count);
  let row = 0;
  for (let i = 0; i < bars.length; i++) {
    if (accepted[i] === 0) continue;
    for (const name of BAR_FIELDS) out[name][row] = bars[name][i];
    row++;
  }
  return out;
}

/** The commonest step between neighbouring stamps, or null where fewer than three rows have one. */
export function commonestStepMs(ts: Float64Array): number | null {
  const counts = new Map<number, number>();
  const sorted = ts.filter((value) => Number.isFinite(value)).sort();
  for (let i = 1; i < sorted.length; i++) {
    const step = sorted[i] - sorted[i - 1];
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let best: number | null = null;
  for (const [step, count] of counts) {
    if (count >= 2 && (best === null || count > (counts.get(best) ?? 0))) best = step;
  }
  return best;
}
