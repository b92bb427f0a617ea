import type { ClassId } from '@/lib/contract/classes.ts';
import type { ModelMarks, PeopleMark, RuleMarks } from '@/lib/contract/explore.ts';
import { bisect } from '@/lib/core/bisect.ts';

export const SOURCES = ['rules', 'people', 'model'] as const;
export type Source = (typeof SOURCES)[number];

interface MarkBase {
  /** The window's last bar: its number in the series, and its stamp, ms UTC. */
  readonly bar: number;
  readonly ts: number;
  readonly class: ClassId;
}
interface RuleMark extends MarkBase {
  readonly source: 'rules';
  readonly direction: number;
  readonly poleKatr: number | null;
}
export interface PersonMark extends MarkBase {
  readonly source: 'people';
  readonly annotationId: string;
  readonly windowId: string;
  readonly mine: boolean;
  readonly author: string | null;
  readonly sawFuture: boolean;
  readonly fromQueue: boolean;
  /** ms UTC */
  readonly answeredAt: number;
}
interface ModelMark extends MarkBase {
  readonly source: 'model';
  readonly quality: number;
  readonly poleKatr: number | null;
  /** Found by running the model over consecutive bars here; false for a stored window's prediction. */
  readonly scanned: boolean;
}
/** Something that a rule, a person or the model says of the window that ends at a bar. */
export type Mark = RuleMark | PersonMark | ModelMark;
export type MarkOf<S extends Source> = Extract<Mark, { source: S }>;

type BarOf = (ts: number) => number;

export function marksOfRules(
  { ts, class: classes, direction, poleKatr }: RuleMarks,
  barOf: BarOf,
): MarkOf<'rules'>[] {
  return ts.map((at, i) => ({
    source: 'rules',
    bar: barOf(at),
    ts: at,
    class: classes[i],
    direction: direction[i],
    poleKatr: poleKatr[i],
  }));
}

export function marksOfPeople(marks: readonly PeopleMark[], barOf: BarOf): MarkOf<'people'>[] {
  return marks.map(({ label, answeredAt, ...mark }) => ({
    source: 'people',
    bar: barOf(mark.ts),
    ...mark,
    class: label,
    answeredAt: Date.parse(answeredAt),
  }));
}

export function marksOfModel(
  { ts, class: classes, quality, poleKatr }: ModelMarks,
  barOf: BarOf,
): MarkOf<'model'>[] {
  return ts.map((at, i) => ({
    source: 'model',
    bar: barOf(at),
    ts: at,
    class: classes[i],
    quality: quality[i],
    poleKatr: poleKatr[i],
    scanned: false,
  }));
}

/** Index of the first of the marks, ordered by time, that is at `bar` or after it. */
export function firstMarkFrom(marks: readonly Mark[], bar: number): number {
  return bisect(marks.length, (i) => marks[i].bar >= bar);
}

/** The bar of the nearest mark after `bar`, or before it, among lists that are each ordered by time; null without one. */
export function nextMarkBar(
  lists: readonly (readonly Mark[])[],
  bar: number,
  direction: 1 | -1,
): number | null {
  let nearest: number | null = null;
  for (const marks of lists) {
    const at = direction > 0 ? firstMarkFrom(marks, bar + 1) : firstMarkFrom(marks, bar) - 1;
    const found = marks[at]?.bar;
    if (found !== undefined && (nearest === null || direction * (found - nearest) < 0)) nearest = found;
  }
  return nearest;
}
