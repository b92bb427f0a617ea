import { firstMarkFrom, type Mark } from '@/lib/client/explore/mark.ts';
import { placeToX, type Viewport } from '@/lib/client/explore/viewport.ts';

/** Marks that stand on one place of a strip. */
export interface MarkGroup {
  /** CSS pixels from the strip's left edge. */
  readonly x: number;
  /** Oldest first, at least one. */
  readonly marks: readonly Mark[];
}

/** A badge with a letter in it, CSS pixels. */
export const BADGE = 18;
/** A column of a strip that has no room for letters. */
export const COLUMN = 3;

/** Those of the marks, oldest first, whose bars are in view, at its very edges too. */
export function marksInView(marks: readonly Mark[], { from, to }: Viewport): readonly Mark[] {
  return marks.slice(firstMarkFrom(marks, from - 1), firstMarkFrom(marks, to + 1));
}

/**
 * The marks in view as a strip shows them. While there is room each stands on its own, and only those that would lie on
 * one another are put together; where they are too many, all of a column are.
 * @param marks in view, oldest first
 * @param width of the strip, CSS pixels
 */
export function groupMarks(
  marks: readonly Mark[],
  view: Viewport,
  width: number,
): { groups: MarkGroup[]; letters: boolean } {
  const letters = marks.length <= width / BADGE;
  const groups: { x: number; marks: Mark[] }[] = [];
  for (const mark of marks) {
    const x = placeToX(view, mark.bar + 0.5, width);
    const last = groups.at(-1);
    if (last && (letters ? x - last.x < BADGE - 2 : sameColumn(x, last.x))) last.marks.push(mark);
    else groups.push({ x: letters ? x : (Math.floor(x / COLUMN) + 0.5) * COLUMN, marks: [mark] });
  }
  return { groups, letters };
}

const sameColumn = (x: number, other: number): boolean =>
  Math.floor(x / COLUMN) === Math.floor(other / COLUMN);

/** The group under the pointer, or the nearest one within reach; null where there is none. */
export function groupAt(groups: readonly MarkGroup[], x: number): MarkGroup | null {
  let nearest: MarkGroup | null = null;
  for (const group of groups) {
    const distance = Math.abs(group.x - x);
    if (distance <= BADGE / 2 && (nearest === null || distance < Math.abs(nearest.x - x))) nearest = group;
  }
  return nearest;
}
