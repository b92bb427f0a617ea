import { describe, expect, it, vi } from 'vitest';
import { type MarkOf, marksOfRules, nextMarkBar } from './mark.ts';
import { createMarkList } from './mark-list.ts';

const ruleMarks = (...ts: number[]): MarkOf<'rules'>[] =>
  marksOfRules(
    {
      ruleSet: null,
      ts,
      class: ts.map(() => 'flag'),
      direction: ts.map(() => 1),
      poleKatr: ts.map(() => null),
      next: null,
    },
    (at) => at,
  );

describe('the next mark', () => {
  const lists = [ruleMarks(10, 20, 40), ruleMarks(20, 30), []];

  it('is the nearest of all lists after or before a bar, and never the one it stands on', () => {
    expect([5, 10, 20, 30, 40].map((bar) => nextMarkBar(lists, bar, 1))).toEqual([10, 20, 30, 40, null]);
    expect([10, 15, 20, 30, 99].map((bar) => nextMarkBar(lists, bar, -1))).toEqual([null, 10, 10, 20, 40]);
  });
});

describe('a list of marks', () => {
  const stored = [10, 20, 30, 40, 50];

  function open(most = 2) {
    const asked: [number, number][] = [];
    const onTrouble = vi.fn();
    const rests: (() => void)[] = [];
    let away = false;
    const list = createMarkList<MarkOf<'rules'>>(0, {
      async fetch(from, to) {
        asked.push([from, to]);
        if (away) throw new Error('away');
        const found = stored.filter((ts) => ts >= from && ts <= to);
        return { marks: ruleMarks(...found.slice(0, most)), next: found[most] ?? null };
      },
      onChange: () => undefined,
      onTrouble,
      onRested: () => undefined,
      later: (work) => void rests.push(work),
    });
    const setAway = (on: boolean): void => {
      away = on;
    };
    return { list, asked, onTrouble, rests, setAway };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const tsOf = ({ marks }: { marks: readonly { ts: number }[] }) => marks.map(({ ts }) => ts);

  it('fetches page after page up to where it was asked to reach, and nothing after', async () => {
    const { list, asked } = open();
    list.reach(40);
    expect(list.isComplete).toBe(false);
    await settled();
    expect(list.isComplete).toBe(true);
    expect(tsOf(list)).toEqual([10, 20, 30, 40]);
    expect(asked).toEqual([
      [0, 40],
      [30, 40],
    ]);
  });

  it('asks only for what is new when it reaches further, and for nothing when it reaches less far', async () => {
    const { list, asked } = open(10);
    list.reach(25);
    await settled();
    list.reach(12);
    list.reach(31);
    list.reach(45);
    await settled();
    expect(asked).toEqual([
      [0, 25],
      [26, 31],
      [32, 45],
    ]);
    expect(tsOf(list)).toEqual([10, 20, 30, 40]);
  });

  it('rests after trouble, and goes on where it was', async () => {
    const { list, asked, onTrouble, rests, setAway } = open(10);
    list.reach(20);
    await settled();
    setAway(true);
    list.reach(40);
    await settled();
    list.reach(40);
    await settled();
    expect(onTrouble).toHaveBeenCalledTimes(1);
    expect(asked).toHaveLength(2);
    setAway(false);
    rests[0]();
    list.reach(40);
    await settled();
    expect(asked.at(-1)).toEqual([21, 40]);
    expect(tsOf(list)).toEqual([10, 20, 30, 40]);
  });

  it('fetches all of it anew, and drops what an earlier call still brings', async () => {
    const { list, asked } = open(10);
    list.reach(40);
    list.renew();
    await settled();
    expect(asked).toEqual([
      [0, 40],
      [0, 40],
    ]);
    expect(tsOf(list)).toEqual([10, 20, 30, 40]);
  });
});
