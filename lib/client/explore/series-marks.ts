import { api } from '@/lib/contract/api.ts';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { barAtTs, type TimeRuns, tsOfBar } from '@/lib/core/time-runs.ts';
import { call } from '../api.ts';
import type { ExploreState } from './explore-state.ts';
import {
  firstMarkFrom,
  type Mark,
  type MarkOf,
  marksOfModel,
  marksOfPeople,
  marksOfRules,
  type PersonMark,
  type Source,
} from './mark.ts';
import { createMarkList, type MarkListening } from './mark-list.ts';
import type { ModelScan } from './model-scan.ts';
import { standingPeople } from './standing-people.ts';

interface SeriesMarksParts {
  readonly series: OpenedSeries;
  readonly runs: TimeRuns;
  readonly state: () => ExploreState;
  readonly scan: () => ModelScan | null;
  readonly listening: MarkListening;
}

/** What the three sources say of one series: the server's marks, with what has happened in this browser since. */
export interface SeriesMarks {
  /** Marks before bar `end`, oldest first; what is missing of them is on its way. */
  before(source: Source, end: number): readonly Mark[];
  /** Whether all marks that were asked for are there. */
  isComplete(source: Source): boolean;
  people(): readonly PersonMark[];
  setRuleSet(number: number | null): void;
  renew(source: Source): void;
  stop(): void;
}

export function createSeriesMarks({ series, runs, state, scan, listening }: SeriesMarksParts): SeriesMarks {
  const params = { id: series.id };
  const barOf = (ts: number) => barAtTs(runs, ts);
  let ruleSetNumber: number | null = null;
  const lists = {
    rules: createMarkList<MarkOf<'rules'>>(series.firstTs, {
      async fetch(from, to, signal) {
        const query = { from, to, ...(ruleSetNumber === null ? {} : { ruleSetNumber }) };
        const answer = await call(api.ruleMarks, { params, query, signal });
        return { marks: marksOfRules(answer, barOf), next: answer.next };
      },
      ...listening,
    }),
    people: createMarkList<PersonMark>(series.firstTs, {
      async fetch(from, to, signal) {
        const { marks, next } = await call(api.peopleMarks, { params, query: { from, to }, signal });
        return { marks: marksOfPeople(marks, barOf), next };
      },
      ...listening,
    }),
    model: createMarkList<MarkOf<'model'>>(series.firstTs, {
      async fetch(from, to, signal) {
        const answer = await call(api.modelMarks, { params, query: { from, to }, signal });
        return { marks: marksOfModel(answer, barOf), next: answer.next };
      },
      ...listening,
    }),
  };

  const model = remember(
    () => withScanned(lists.model.marks, scan()),
    () => [lists.model.marks, scan(), scan()?.state.getState().change],
  );
  const people = remember(
    () => standingPeople(lists.people.marks, state()),
    () => [lists.people.marks, state().given, state().takenBack],
  );
  const all = { rules: () => lists.rules.marks, people, model };
  const cuts = new Map<Source, { marks: readonly Mark[]; end: number; cut: readonly Mark[] }>();

  return {
    before(source, end) {
      lists[source].reach(tsOfBar(runs, end - 1));
      const marks: readonly Mark[] = all[source]();
      if (end === series.bars) return marks;
      const known = cuts.get(source);
      if (known?.marks === marks && known.end === end) return known.cut;
      const cut = marks.slice(0, firstMarkFrom(marks, end));
      cuts.set(source, { marks, end, cut });
      return cut;
    },
    isComplete: (source) => lists[source].isComplete,
    people,
    setRuleSet(number) {
      if (number === ruleSetNumber) return;
      ruleSetNumber = number;
      lists.rules.renew();
    },
    renew: (source) => lists[source].renew(),
    stop() {
      for (const list of Object.values(lists)) list.stop();
    },
  };
}

/** Where the model has seen every bar, its events stand for what it says of stored windows. */
function withScanned(stored: readonly MarkOf<'model'>[], scan: ModelScan | null): readonly MarkOf<'model'>[] {
  if (scan === null) return stored;
  const { isDone, events } = scan.results;
  return [...events(), ...stored.filter(({ bar }) => !isDone(bar))].sort((a, b) => a.bar - b.bar);
}

/** Keeps a value until one of the things that it is made of is another one. */
function remember<T>(make: () => T, madeOf: () => readonly unknown[]): () => T {
  let kept: { value: T; parts: readonly unknown[] } | null = null;
  return () => {
    const parts = madeOf();
    if (kept === null || parts.some((part, i) => part !== kept?.parts[i])) kept = { value: make(), parts };
    return kept.value;
  };
}
