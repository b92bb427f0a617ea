import { describe, expect, it, vi } from 'vitest';
import { allocateBars, type Bars } from '@/lib/core/bar.ts';
import { createTiles, TILE_BUCKETS } from './tiles.ts';

const BARS = 100_000;

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly level: number;
  readonly signal: AbortSignal;
}

/** A series whose bar i closes at i; a bucket's high tells its last bar. */
function bucketsOf(from: number, to: number, level: number): Bars {
  const end = Math.min(to, BARS);
  const bars = allocateBars(Math.ceil((end - from) / level));
  for (let i = 0; i < bars.length; i++) {
    bars.ts[i] = from + i * level;
    bars.high[i] = Math.min(end, from + (i + 1) * level) - 1;
  }
  return bars;
}

function open() {
  const asked: Asked[] = [];
  const answers: (() => void)[] = [];
  const failures: ((error: Error) => void)[] = [];
  const onChange = vi.fn();
  const onRested = vi.fn();
  const onTrouble = vi.fn();
  const rests: (() => void)[] = [];
  const tiles = createTiles({
    fetch: (from, to, level, signal) => {
      asked.push({ from, to, level, signal });
      return new Promise((resolve, reject) => {
        answers.push(() => resolve(bucketsOf(from, to, level)));
        failures.push(reject);
        signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    },
    onChange,
    onRested,
    onTrouble,
    later: (work) => void rests.push(work),
  });
  const answerAll = async () => {
    for (const answer of answers.splice(0)) answer();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { tiles, asked, answers, failures, rests, answerAll, onChange, onRested, onTrouble };
}

const highs = ({ bars }: { bars: Bars }) => [...bars.high];

describe('tiles', () => {
  it('fetch what is in view first, then as much on either side, and answer it without asking again', async () => {
    const { tiles, asked, answerAll, onChange } = open();
    expect(tiles.run(1100, 1500, 1, BARS)).toMatchObject({ level: 1, first: 1024, complete: false });
    expect(asked.map(({ from, to }) => [from, to])).toEqual([
      [1024, 1536],
      [1536, 2048],
      [512, 1024],
    ]);
    await answerAll();
    expect(onChange).toHaveBeenCalledTimes(3);
    const run = tiles.run(1100, 1500, 1, BARS);
    expect(run.complete).toBe(true);
    expect(highs(run)).toEqual(Array.from({ length: TILE_BUCKETS }, (_, i) => 1024 + i));
    expect(tiles.run(1110, 1510, 1, BARS)).toBe(run);
    expect(asked.length).toBe(3);
  });

  it('leave out what is not here yet, and show the rest', async () => {
    const { tiles, answers, answerAll } = open();
    tiles.run(0, 1024, 1, BARS);
    answers.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
    const run = tiles.run(0, 1024, 1, BARS);
    expect(run.complete).toBe(false);
    expect([run.bars.high[511], run.bars.high[512]]).toEqual([511, Number.NaN]);
    await answerAll();
    expect(tiles.run(0, 1024, 1, BARS).complete).toBe(true);
  });

  it('never ask for a bar from the end on, nor show one that is known from before', async () => {
    const { tiles, asked, answerAll } = open();
    tiles.run(0, 5000, 8, BARS);
    await answerAll();
    const before = asked.length;
    const end = 2005;
    const cut = tiles.run(0, 5000, 8, end);
    // Bars 2000 to 2004 are in a bucket that goes on after the end: until it comes anew it is not shown.
    expect(cut.bars.length).toBe(251);
    expect(cut.bars.high[249]).toBe(1999);
    expect(cut.bars.high[250]).toBeNaN();
    expect(asked.slice(before).map(({ from, to }) => [from, to])).toEqual([[0, end]]);
    await answerAll();
    expect(tiles.run(0, 5000, 8, end).bars.high[250]).toBe(2004);
    expect(tiles.run(0, 5000, 8, end).complete).toBe(true);
    expect(highs(tiles.run(0, 5000, 8, BARS)).at(-1)).toBe(8191);
  });

  it('of single bars need nothing new where the end comes closer', async () => {
    const { tiles, asked, answerAll } = open();
    tiles.run(0, 400, 1, 400);
    await answerAll();
    const before = asked.length;
    const closer = tiles.run(0, 400, 1, 300);
    expect(highs(closer).at(-1)).toBe(299);
    expect(tiles.run(0, 400, 1, 300)).toBe(closer);
    expect(asked.length).toBe(before);
  });

  it('go on showing the bars before the former end while one more is on its way', async () => {
    const { tiles, asked, answerAll } = open();
    tiles.run(0, 400, 1, 400);
    await answerAll();
    const next = tiles.run(0, 401, 1, 401);
    expect(next.complete).toBe(false);
    expect(highs(next).slice(-2)).toEqual([399, Number.NaN]);
    expect(asked.at(-1)).toMatchObject({ from: 0, to: 401 });
    await answerAll();
    expect(highs(tiles.run(0, 401, 1, 401)).at(-1)).toBe(400);
  });

  it('call off what is no longer near, and ask for it again when it is', async () => {
    const { tiles, asked, onTrouble } = open();
    tiles.run(0, 400, 1, BARS);
    tiles.run(50_000, 50_400, 1, BARS);
    expect(asked.filter(({ signal }) => signal.aborted).map(({ from }) => from)).toEqual([0, 512]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(onTrouble).not.toHaveBeenCalled();
    tiles.run(0, 400, 1, BARS);
    expect(asked.filter(({ from }) => from === 0)).toHaveLength(2);
    tiles.stop();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('rest after trouble, and then have what is in view asked for again', async () => {
    const { tiles, asked, failures, rests, onChange, onRested, onTrouble } = open();
    tiles.run(0, 400, 1, BARS);
    for (const fail of failures) fail(new Error('away'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(onTrouble).toHaveBeenCalledTimes(2);
    tiles.run(0, 400, 1, BARS);
    expect(asked).toHaveLength(2);
    expect(rests).toHaveLength(1);
    expect(tiles.isComplete()).toBe(false);
    rests[0]();
    expect(onRested).toHaveBeenCalledTimes(1);
    expect(onChange).not.toHaveBeenCalled();
    tiles.run(0, 400, 1, BARS);
    expect(asked).toHaveLength(4);
  });
});
