import type { ClassId } from '@/lib/contract/classes.ts';
import { type CheckFound, HARD_CHECKS, type RowName } from '@/lib/contract/dataset-check.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import {
  findBrokenEmbargo,
  findEqualImages,
  findNearGold,
  findSharedBars,
  findSplitEvents,
  type GoldSpan,
  type Leak,
  type Leaks,
  type PlacedRow,
} from '@/lib/core/leakage.ts';

/** A row of a dataset as its checks see it, and what it is called in an example. */
export interface CheckedRow extends PlacedRow {
  /** Its snapshot's hash. */
  readonly snapshot: string;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly label: ClassId;
  readonly image: string;
}

/** Examples kept of each check. */
export const EXAMPLES = 6;

type ModelLess = (typeof HARD_CHECKS)[number] | 'image';

/**
 * Whether anything of a held-out split could have been learnt in training, from the rows themselves and not from how they
 * were split.
 * @param gold by `venue:symbol:timeframe`, as rows name their series
 */
export function checkRows(
  rows: readonly CheckedRow[],
  gold: ReadonlyMap<string, readonly GoldSpan[]>,
): CheckFound[] {
  const hashes = rows.map(({ image }) => image);
  const checks: [ModelLess, Leaks, (leak: Leak) => string][] = [
    ['event', findSplitEvents(rows, EXAMPLES), () => 'one event'],
    ['embargo', findBrokenEmbargo(rows, EXAMPLES), ({ size }) => `${hours(size)} short of the embargo`],
    ['bars', findSharedBars(rows, EXAMPLES), ({ size }) => `${size} bars in common`],
    ['gold', findNearGold(rows, gold, EXAMPLES), ({ size }) => `${Math.round(64 - size)} bars from gold`],
    ['image', findEqualImages(rows, hashes, EXAMPLES), () => 'the same image'],
  ];
  return checks.map(([id, { rows: looked, found, worst }, words]) => ({
    id,
    rows: looked,
    found,
    note: null,
    examples: worst.map((leak) => example(rows, leak, words(leak))),
  }));
}

/** A leak as people see it. */
export function example(
  rows: readonly CheckedRow[],
  { row, other }: Pick<Leak, 'row' | 'other'>,
  words: string,
): CheckFound['examples'][number] {
  return { one: nameRow(rows[row]), other: other === null ? null : nameRow(rows[other]), words };
}

function nameRow({ snapshot, venue, symbol, timeframe, ts, split, label }: CheckedRow): RowName {
  return { snapshot, venue, symbol, timeframe, ts, split, label };
}

const hours = (ms: number) => `${Math.round(ms / 360_000) / 10} h`;

const HARD_WORDS: Readonly<Record<(typeof HARD_CHECKS)[number], string>> = {
  event: 'belong to an event that another split has too',
  embargo: 'lie within the embargo before a later split',
  bars: 'hold bars that another split has too',
  gold: 'of training or validation lie within 64 bars of a gold window',
};

/** Why rows may not become a dataset, in words; null where they may. */
export function brokenRule(checks: readonly CheckFound[]): string | null {
  const broken = HARD_CHECKS.flatMap((id) => {
    const check = checks.find((one) => one.id === id);
    if (!check?.found) return [];
    const [worst] = check.examples;
    const first = worst
      ? ` (${seriesKey(worst.one)}, ${new Date(worst.one.ts).toISOString()}: ${worst.words})`
      : '';
    return [`${check.found} of ${check.rows} rows ${HARD_WORDS[id]}${first}`];
  });
  return broken.length === 0 ? null : `Nothing was published, for its splits leak: ${broken.join('; ')}.`;
}
