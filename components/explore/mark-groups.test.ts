import { describe, expect, it } from 'vitest';
import type { Mark } from '@/lib/client/explore/mark.ts';
import { groupAt, groupMarks, marksInView } from './mark-groups.ts';

const at = (...bars: number[]): Mark[] =>
  bars.map((bar) => ({ source: 'rules', bar, ts: bar, class: 'flag', direction: 1, poleKatr: null }));
const view = { from: 0, to: 100 };
const shown = ({ groups }: ReturnType<typeof groupMarks>) =>
  groups.map(({ x, marks }) => [x, marks.map(({ bar }) => bar)]);

describe('marks of a strip', () => {
  it('stand over their own bars, and those out of view nowhere', () => {
    const found = groupMarks(marksInView(at(-50, 10, 50, 300), view), view, 1000);
    expect(found.letters).toBe(true);
    expect(shown(found)).toEqual([
      [105, [10]],
      [505, [50]],
    ]);
  });

  it('are put together where their letters would lie on one another', () => {
    expect(shown(groupMarks(at(10, 11, 12, 20), view, 1000))).toEqual([
      [105, [10, 11]],
      [125, [12]],
      [205, [20]],
    ]);
  });

  it('fill columns where they are too many for letters, each mark in one of them', () => {
    const many = at(...Array.from({ length: 100 }, (_, i) => i));
    const { groups, letters } = groupMarks(many, view, 90);
    expect(letters).toBe(false);
    expect(groups.flatMap(({ marks }) => marks)).toEqual(many);
    expect(groups.length).toBe(30);
    expect(new Set(groups.map(({ x }) => x)).size).toBe(30);
  });

  it('are found by a pointer that is near enough', () => {
    const { groups } = groupMarks(at(10, 50), view, 1000);
    expect(groupAt(groups, 112)?.marks[0].bar).toBe(10);
    expect(groupAt(groups, 115)).toBeNull();
    expect(groupAt([], 0)).toBeNull();
  });
});
