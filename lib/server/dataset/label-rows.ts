import { type ClassId, NONE, POLED } from '@/lib/contract/classes.ts';
import type { DatasetPolicy } from '@/lib/contract/dataset.ts';
import type { GoldSpan } from '@/lib/core/leakage.ts';
import { type CutDates, chooseCutDates, embargoFor, placeWindow, type SplitPlan } from '@/lib/core/split.ts';
import {
  addToPopulation,
  type Candidate,
  type DatasetRow,
  type DatasetSeries,
  type LabelSource,
  marketOf,
  type Population,
  type PseudoLabel,
  type RecordLabel,
  weakLabelOf,
} from './candidate.ts';
import { type LeftOut, leaveOut, OUTSIDE_WORDS } from './left-out.ts';
import { type FirstBars, needsFirstBar, splitWindow } from './split-window.ts';

interface Labelled {
  readonly label: ClassId;
  readonly source: LabelSource;
  readonly poleKatr: number | null;
  readonly sawFuture: boolean;
}

/** What could label a window: people or rules anywhere, or instead of rules, in training alone, a model. */
interface Labels {
  readonly candidate: Candidate;
  readonly series: DatasetSeries;
  readonly own: Labelled | null;
  readonly pseudo: PseudoLabel | null;
  /** Why there is no label of its own, in words. */
  readonly why: string | null;
}

export interface RowsInput {
  readonly policy: DatasetPolicy;
  /** The series that the policy takes. */
  readonly series: ReadonlyMap<number, DatasetSeries>;
  /** Windows of these series, by series, then time. */
  readonly candidates: readonly Candidate[];
  readonly records: ReadonlyMap<string, RecordLabel>;
  /** By window id: those of the policy's round. */
  readonly pseudo: ReadonlyMap<string, PseudoLabel>;
  /** Gold windows by series id. */
  readonly gold: ReadonlyMap<number, readonly GoldSpan[]>;
  /** Asked once, for the windows whose own bars must be known. */
  readonly readFirstBars: (snapshotHashes: readonly string[]) => Promise<FirstBars>;
  /** Lets others have their turn, every few thousand windows: a server counts beside its other work. Throws to stop. */
  readonly giveWay: () => Promise<void>;
}

export interface LabelledRows {
  readonly rows: DatasetRow[];
  /** Windows in the training split without a label of record: what a model may be asked about. */
  readonly unlabelled: readonly Candidate[];
  readonly population: Population;
  readonly plan: SplitPlan;
  readonly leftOut: LeftOut;
  readonly notes: string[];
}

/** Whether a policy takes windows of a series. */
export function takesSeries({ symbols, timeframes }: DatasetPolicy, series: DatasetSeries): boolean {
  return (
    (symbols === null || symbols.includes(marketOf(series))) &&
    (timeframes === null || timeframes.includes(series.timeframe))
  );
}

/**
 * Gives each candidate its label by the policy's sources, chooses one pair of cut dates for all of them, and gives
 * each its split. Where the dates are too few for three splits everything is training, and a note says so.
 */
export async function labelRows(input: RowsInput): Promise<LabelledRows> {
  const leftOut: LeftOut = new Map();
  const notes: string[] = [];
  const { giveWay } = input;
  const wanted = input.candidates.filter((candidate) => isInDates(candidate, input.policy, leftOut));
  const labels: Labels[] = [];
  for await (const part of inParts(wanted, giveWay))
    for (const candidate of part) labels.push(...labelsOf(candidate, input));
  // Pseudo-labels move no cut date: a student is measured on the very windows that its seed's models are.
  const plan = planSplits(
    labels.filter(({ own }) => own !== null),
    input,
    notes,
  );
  const firstBars = await input.readFirstBars(await hashesToRead(wanted, input, plan));
  const rows: DatasetRow[] = [];
  for await (const part of inParts(labels, giveWay)) {
    for (const { candidate, series, own, pseudo, why } of part) {
      if (own === null && pseudo === null) {
        if (why !== null) leaveOut(leftOut, why);
        continue;
      }
      const window = splitWindow(series, candidate.ts, firstBars.get(candidate.snapshotHash));
      const { split, outside } = placeWindow(window, plan);
      const at = { candidate, series, firstTs: window.firstTs };
      if (split === null) leaveOut(leftOut, OUTSIDE_WORDS[outside]);
      else if (pseudo !== null && split === 'train') {
        const poleKatr = poleOf(pseudo.label, candidate, null);
        rows.push({ ...at, label: pseudo.label, source: 'pseudo', poleKatr, split, pseudo });
      } else if (own === null) leaveOut(leftOut, 'pseudo-labels outside the training split');
      else if (own.sawFuture && (split === 'test' || split === 'unseen')) {
        leaveOut(leftOut, 'in the test dates, but labelled with later bars visible');
      } else {
        const { label, source, poleKatr } = own;
        rows.push({ ...at, label, source, poleKatr, split, pseudo: null });
      }
    }
  }
  const { population, unlabelled } = await populationOf(wanted, input, plan, firstBars);
  return { rows, unlabelled, population, plan, leftOut, notes };
}

function isInDates({ ts }: Candidate, { from, to }: DatasetPolicy, leftOut: LeftOut): boolean {
  const isIn = (from === null || ts >= from) && (to === null || ts <= to);
  if (!isIn) leaveOut(leftOut, 'outside the chosen dates');
  return isIn;
}

async function hashesToRead(
  candidates: readonly Candidate[],
  { series: all, giveWay }: RowsInput,
  plan: SplitPlan,
): Promise<string[]> {
  const hashes: string[] = [];
  for await (const part of inParts(candidates, giveWay)) {
    for (const candidate of part) {
      const series = all.get(candidate.seriesId);
      if (series && needsFirstBar(candidate, series, plan)) hashes.push(candidate.snapshotHash);
    }
  }
  return hashes;
}

/** Windows between two turns of others: about 10 ms. */
const PART = 4_096;

async function* inParts<T>(items: readonly T[], giveWay: () => Promise<void>): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += PART) {
    await giveWay();
    yield items.slice(from, from + PART);
  }
}

async function populationOf(
  candidates: readonly Candidate[],
  { series: all, records, giveWay }: RowsInput,
  plan: SplitPlan,
  firstBars: FirstBars,
): Promise<Pick<LabelledRows, 'population' | 'unlabelled'>> {
  const population = new Map<string, number>();
  const unlabelled: Candidate[] = [];
  for await (const part of inParts(candidates, giveWay)) {
    for (const candidate of part) {
      const series = all.get(candidate.seriesId);
      if (!series || candidate.stale) continue;
      const window = splitWindow(series, candidate.ts, firstBars.get(candidate.snapshotHash));
      const { split } = placeWindow(window, plan);
      if (split === null) continue;
      addToPopulation(population, split, candidate);
      if (split === 'train' && !records.has(candidate.windowId)) unlabelled.push(candidate);
    }
  }
  return { population, unlabelled };
}

function labelsOf(candidate: Candidate, { policy, series: all, records, pseudo }: RowsInput): Labels[] {
  const series = all.get(candidate.seriesId);
  if (!series) return [];
  const record = policy.sources === 'weak' ? undefined : records.get(candidate.windowId);
  if (record) {
    const poleKatr = poleOf(record.label, candidate, record.poleKatr);
    return [{ candidate, series, own: { ...record, source: 'record', poleKatr }, pseudo: null, why: null }];
  }
  const at = { candidate, series, pseudo: pseudo.get(candidate.windowId) ?? null };
  const why = whyNoWeak(candidate, policy);
  if (why !== null) return [{ ...at, own: null, why }];
  const label = weakLabelOf(candidate) ?? NONE;
  const poleKatr = poleOf(label, candidate, null);
  return [{ ...at, own: { source: 'weak', label, poleKatr, sawFuture: false }, why: null }];
}

/** Why what the rules say of a window is no label, in words; null where it is. */
function whyNoWeak({ weak, stale }: Candidate, { sources, ruleSetNumber }: DatasetPolicy): string | null {
  if (sources === 'record') return 'without a label of record';
  if (!weak) return `never scanned with rule set ${ruleSetNumber}`;
  if (stale) return 'stale: its bars have been restated';
  return weak.kind === 'undecided' ? 'undecided by the rules' : null;
}

/** What a person saw, the rule may not have: its pole counts only where it takes the window for a flag too. */
function poleOf(label: ClassId, { weak }: Candidate, marked: number | null): number | null {
  if (label !== POLED) return null;
  return marked ?? (weak?.class === POLED ? weak.poleKatr : null);
}

function planSplits(labelled: readonly Labels[], { policy, gold }: RowsInput, notes: string[]): SplitPlan {
  const embargoMs = embargoFor([0, ...new Set(labelled.map((row) => row.series.timeframeMs))]);
  const cut = policy.cut ?? cutByShares(labelled, policy, embargoMs, notes);
  return {
    ...cut,
    embargoMs,
    unseenSymbols: new Set(policy.unseenSymbols),
    unseenFrom: cut.testFrom,
    gold: new Map([...gold].map(([id, spans]) => [String(id), spans])),
  };
}

function cutByShares(
  labelled: readonly Labels[],
  policy: DatasetPolicy,
  embargoMs: number,
  notes: string[],
): CutDates {
  const unseenSymbols = new Set(policy.unseenSymbols);
  const known = labelled.filter((row) => !unseenSymbols.has(marketOf(row.series)));
  const timestamps = Float64Array.from(known, (row) => row.candidate.ts);
  const shares = {
    train: 1 - policy.validationShare - policy.testShare,
    validation: policy.validationShare,
    test: policy.testShare,
  };
  try {
    return chooseCutDates(timestamps, shares, embargoMs);
  } catch (error) {
    const last = timestamps.reduce((latest, ts) => Math.max(latest, ts), 0);
    const reason = error instanceof Error ? error.message : String(error);
    notes.push(`Everything is training: no held-out split could be cut (${reason}).`);
    const after = last + 2 * embargoMs + 1;
    return { validationFrom: after, testFrom: after };
  }
}
