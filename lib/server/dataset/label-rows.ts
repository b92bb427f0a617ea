import { type ClassId, NONE, POLED } from '@/lib/contract/classes.ts';
import type { DatasetPolicy } from '@/lib/contract/train.ts';
import {
  assignSplit,
  chooseCutDates,
  embargoFor,
  type Split,
  type SplitPlan,
  type SplitWindow,
} from '@/lib/core/split.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import {
  addToPopulation,
  type Candidate,
  type DatasetRow,
  type DatasetSeries,
  type LabelSource,
  type Population,
  type RecordLabel,
} from './candidate.ts';

/** Counts windows by the reason for which they stayed out. */
export type LeftOut = Map<string, number>;
export function leaveOut(leftOut: LeftOut, reason: string, count = 1): void {
  if (count > 0) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
}

interface Labelled {
  readonly candidate: Candidate;
  readonly series: DatasetSeries;
  readonly label: ClassId;
  readonly source: LabelSource;
  readonly poleKatr: number | null;
  readonly sawFuture: boolean;
}

export interface RowsInput {
  readonly policy: DatasetPolicy;
  readonly series: ReadonlyMap<number, DatasetSeries>;
  readonly candidates: readonly Candidate[];
  readonly records: ReadonlyMap<string, RecordLabel>;
  /** Gold windows by series id. */
  readonly gold: ReadonlyMap<number, readonly number[]>;
}

export interface LabelledRows {
  readonly rows: DatasetRow[];
  readonly population: Population;
  readonly plan: SplitPlan;
  readonly leftOut: LeftOut;
  readonly notes: string[];
}

/** How a policy names a market: `venue:symbol`. */
export const marketOf = ({ venue, symbol }: DatasetSeries): string => `${venue}:${symbol}`;

/**
 * Gives each candidate its label by the policy's sources, chooses one pair of cut dates for all of them, and gives
 * each its split. Where the dates are too few for three splits everything is training, and a note says so.
 */
export function labelRows(input: RowsInput): LabelledRows {
  const leftOut: LeftOut = new Map();
  const notes: string[] = [];
  const wanted = input.candidates.filter(({ seriesId }) =>
    isWanted(input.series.get(seriesId), input.policy),
  );
  const labelled = wanted.flatMap((candidate) => label(candidate, input, leftOut));
  const plan = planSplits(labelled, input, notes);
  const rows: DatasetRow[] = [];
  for (const { sawFuture, ...row } of labelled) {
    const split = assignSplit(splitWindow(row.series, row.candidate.ts), plan);
    if (split === null) leaveOut(leftOut, 'across a cut date, within its embargo, or near gold');
    else if (sawFuture && (split === 'test' || split === 'unseen')) {
      leaveOut(leftOut, 'in the test dates, but labelled with later bars visible');
    } else rows.push({ ...row, split });
  }
  return { rows, population: populationOf(wanted, input, plan), plan, leftOut, notes };
}

function isWanted(series: DatasetSeries | undefined, { symbols }: DatasetPolicy): boolean {
  return series !== undefined && (symbols === null || symbols.includes(marketOf(series)));
}

function populationOf(
  candidates: readonly Candidate[],
  { series: all }: RowsInput,
  plan: SplitPlan,
): Population {
  const population = new Map<string, number>();
  for (const candidate of candidates) {
    const series = all.get(candidate.seriesId);
    const split = series && !candidate.stale ? assignSplit(splitWindow(series, candidate.ts), plan) : null;
    if (split !== null) addToPopulation(population, split, candidate);
  }
  return population;
}

/** The window as splits see it. @param firstTs open time of its first bar, where a gap may have moved it back */
export function splitWindow(series: DatasetSeries, ts: number, firstTs?: number): SplitWindow {
  return {
    series: String(series.id),
    symbol: marketOf(series),
    timeframeMs: series.timeframeMs,
    firstTs: firstTs ?? ts - (WINDOW_BARS - 1) * series.timeframeMs,
    ts,
  };
}

function label(
  candidate: Candidate,
  { policy, series: all, records }: RowsInput,
  leftOut: LeftOut,
): Labelled[] {
  const series = all.get(candidate.seriesId);
  if (!series) return [];
  const record = policy.sources === 'weak' ? undefined : records.get(candidate.windowId);
  if (record) {
    const poleKatr = poleOf(record.label, candidate, record.poleKatr);
    return [{ candidate, series, source: 'record', ...record, poleKatr }];
  }
  const { weak } = candidate;
  if (policy.sources === 'record') leaveOut(leftOut, 'without a label of record');
  else if (!weak) leaveOut(leftOut, `never scanned with rule set ${policy.ruleSetNumber}`);
  else if (candidate.stale) leaveOut(leftOut, 'stale: its bars have been restated');
  else if (weak.kind === 'undecided') leaveOut(leftOut, 'undecided by the rules');
  else {
    const weakLabel = weak.kind === 'event' ? weak.class : NONE;
    const poleKatr = poleOf(weakLabel, candidate, null);
    return [{ candidate, series, source: 'weak', label: weakLabel, poleKatr, sawFuture: false }];
  }
  return [];
}

/** What a person saw, the rule may not have: its pole counts only where it takes the window for a flag too. */
function poleOf(label: ClassId, { weak }: Candidate, marked: number | null): number | null {
  if (label !== POLED) return null;
  return marked ?? (weak?.class === POLED ? weak.poleKatr : null);
}

function planSplits(
  labelled: readonly Labelled[],
  { policy, series, gold }: RowsInput,
  notes: string[],
): SplitPlan {
  const unseenSymbols = new Set(policy.unseenSymbols);
  const known = labelled.filter((row) => !unseenSymbols.has(marketOf(row.series)));
  const timestamps = Float64Array.from(known, (row) => row.candidate.ts);
  const embargoMs = embargoFor([0, ...new Set(labelled.map((row) => row.series.timeframeMs))]);
  const shares = {
    train: 1 - policy.validationShare - policy.testShare,
    validation: policy.validationShare,
    test: policy.testShare,
  };
  const cut = (() => {
    try {
      return chooseCutDates(timestamps, shares, embargoMs);
    } catch (error) {
      const last = timestamps.reduce((latest, ts) => Math.max(latest, ts), 0);
      const reason = error instanceof Error ? error.message : String(error);
      notes.push(`Everything is training: no held-out split could be cut (${reason}).`);
      const after = last + 2 * embargoMs + 1;
      return { validationFrom: after, testFrom: after };
    }
  })();
  const goldWindows = [...gold].map(([id, stamps]): [string, Pick<SplitWindow, 'firstTs' | 'ts'>[]] => {
    const of = series.get(id);
    return [String(id), of ? stamps.map((ts) => splitWindow(of, ts)) : []];
  });
  return { ...cut, embargoMs, unseenSymbols, unseenFrom: cut.testFrom, gold: new Map(goldWindows) };
}

export const SPLIT_WORDS: Record<Split, string> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
  unseen: 'unseen symbols',
};
