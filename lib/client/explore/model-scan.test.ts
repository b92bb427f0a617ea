import { describe, expect, it } from 'vitest';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import type { ScannedPart } from '@/workers/browser/scan-protocol.ts';
import { OfflineError } from '../api.ts';
import { createModelScan, type ModelScanState } from './model-scan.ts';
import { planScan } from './scan-plan.ts';
import { createScanResults } from './scan-results.ts';
import type { ScanWorker } from './scan-worker.ts';

const FLAG = [0.9, 0.025, 0.025, 0.025, 0.025];
const WEDGE = [0.1, 0.6, 0.1, 0.1, 0.1];
const NONE = [0.01, 0.01, 0.01, 0.01, 0.96];
const NOTHING = Array<number>(CLASS_COUNT).fill(Number.NaN);

function part(from: number, words: readonly (readonly number[])[]): ScannedPart {
  return {
    from,
    length: words.length,
    probabilities: Float32Array.from(words.flat()),
    poleKatr: Float32Array.from(words, ([first]) => (Number.isNaN(first) ? Number.NaN : 4)),
  };
}

describe('the plan of a scan', () => {
  const series = { segments: [0, 1000, 1040], bars: 5000 };
  const never = () => false;

  it('covers every bar that can end a window once, none across segments', () => {
    const tasks = planScan({ from: -50.5, to: 9999 }, series, never, 2);
    expect(tasks.slice(0, 2)).toEqual([
      { from: 63, to: 1000, segmentFrom: 0 },
      { from: 1103, to: 2127, segmentFrom: 1040 },
    ]);
    expect(tasks.at(-1)?.to).toBe(5000);
    const bars = tasks.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(bars).toBe(1000 - 63 + (5000 - 1103));
    expect(tasks.every(({ from, to }) => to - from <= 1024)).toBe(true);
  });

  it('gives every worker something to do, and leaves out what is done', () => {
    const isDone = (bar: number) => bar >= 2100 && bar < 2200;
    expect(planScan({ from: 2000.4, to: 2299.2 }, series, isDone, 2)).toEqual([
      { from: 2000, to: 2100, segmentFrom: 1040 },
      { from: 2200, to: 2300, segmentFrom: 1040 },
    ]);
    expect(planScan({ from: 2000, to: 2400 }, series, never, 4)).toHaveLength(4);
    expect(planScan({ from: 2100, to: 2200 }, series, isDone, 2)).toEqual([]);
  });
});

describe('the results of a scan', () => {
  it('are events by the rules’ own spacing, also where two parts meet', () => {
    const results = createScanResults(100, (bar) => bar * 10);
    results.add(part(40, [WEDGE, FLAG, NONE, NOTHING]));
    results.add(part(30, [NONE, FLAG, ...Array(8).fill(NONE)]));
    results.add(part(44, [...Array(10).fill(NONE), FLAG]));
    // The flag of bar 41 is within 12 bars after that of 31; the one of bar 54 is not.
    expect(results.events().map(({ ts, class: id }) => [ts / 10, id])).toEqual([
      [31, 'flag'],
      [40, 'wedge'],
      [54, 'flag'],
    ]);
    expect(results.events()[0]).toMatchObject({ poleKatr: 4, scanned: true });
    expect(results.events()[0].quality).toBeCloseTo(0.9);
    expect(results.events()[1].poleKatr).toBeNull();
  });

  it('know what was asked and what has no answer', () => {
    const results = createScanResults(100, (bar) => bar);
    results.add(part(40, [FLAG, NOTHING]));
    expect([39, 40, 41, 42].map(results.isDone)).toEqual([false, true, true, false]);
    expect(results.wordAt(40)?.probabilities[0]).toBeCloseTo(0.9);
    expect([39, 41, 500].map(results.wordAt)).toEqual([null, null, null]);
    expect(results.events()).toHaveLength(1);
  });
});

describe('a scan', () => {
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

  function open({ fails = 0, breaks = false, slow = false } = {}) {
    const results = createScanResults(2000, (bar) => bar);
    const closed: number[] = [];
    const states: ModelScanState['phase'][] = [];
    let failures = fails;
    let started = 0;
    const scan = createModelScan({
      series: { segments: [0], bars: 2000 },
      results,
      workers: 2,
      async startWorker(): Promise<ScanWorker> {
        const number = started++;
        return {
          async scan({ from, to }, onPart) {
            for (let bar = from; bar < to; bar += 16) {
              onPart(part(bar, Array(Math.min(16, to - bar)).fill(NONE)));
              if (breaks) throw new Error('The worker broke.');
              if (slow) await settled();
            }
          },
          close: () => void closed.push(number),
        };
      },
      async fetchStretch() {
        if (failures-- > 0) throw new OfflineError('away');
        return new Uint8Array();
      },
      seriesKey: '',
      maxWindowGap: 2.5,
      now: () => performance.now(),
      pause: settled as () => Promise<void>,
    });
    scan.state.subscribe(({ phase }) => {
      if (states.at(-1) !== phase) states.push(phase);
    });
    return { scan, results, closed, states };
  }

  it('goes through all that was asked, ends its workers, and does nothing twice', async () => {
    const { scan, results, closed, states } = open();
    scan.start(0, 500);
    expect(scan.state.getState()).toMatchObject({ phase: 'loading', total: 437, done: 0 });
    await settled();
    expect(states).toEqual(['loading', 'running', 'idle']);
    expect(Array.from({ length: 437 }, (_, i) => i + 63).every(results.isDone)).toBe(true);
    expect([...closed].sort()).toEqual([0, 1]);
    scan.start(0, 600);
    expect(scan.state.getState().total).toBe(100);
  });

  it('stops at once when cancelled, and keeps what is done', async () => {
    const { scan, results, closed } = open({ slow: true });
    scan.start(0, 2000);
    await settled();
    await settled();
    scan.cancel();
    expect(scan.state.getState()).toMatchObject({ phase: 'idle', done: 0 });
    expect([...new Set(closed)].sort()).toEqual([0, 1]);
    const done = () => Array.from({ length: 2000 }, (_, bar) => results.isDone(bar)).filter(Boolean).length;
    const before = done();
    expect(before).toBeGreaterThan(0);
    await settled();
    await settled();
    expect(done()).toBe(before);
  });

  it('waits for a server that is away and goes on', async () => {
    const { scan, states, results } = open({ fails: 3 });
    scan.start(0, 300);
    await expect.poll(() => states.at(-1)).toBe('idle');
    expect(states).toContain('waiting');
    expect(results.isDone(299)).toBe(true);
  });

  it('says what broke, and ends the other workers', async () => {
    const { scan, closed } = open({ breaks: true });
    scan.start(0, 2000);
    await settled();
    expect(scan.state.getState()).toMatchObject({ phase: 'failed', words: 'The worker broke.' });
    expect([...new Set(closed)].sort()).toEqual([0, 1]);
  });
});
