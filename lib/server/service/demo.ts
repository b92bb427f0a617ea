import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { generateUniverse } from '@/lib/core/synthetic/universe.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { fillQueues } from './order-queue.ts';
import { ruleSetByNumber } from './rule-set.ts';
import { runScan, SCAN_SEED } from './scan.ts';
import { storeBars } from './store-bars.ts';

const DEMO_SEED = 1;
const DEMO_RULE_SET = 1;

export interface DemoUniverse {
  readonly series: number;
  readonly bars: number;
  /** New windows; none where the universe was there already. */
  readonly windows: number;
}

/**
 * Makes the synthetic demo market, scans it and fills the default queue with it, so that a first visitor has windows to
 * label without importing anything. Done again it changes nothing.
 * @param onProgress 0-1 and what is being done
 */
export async function makeDemoUniverse(
  actor: Actor,
  onProgress: (fraction: number, message: string) => void,
  options: { series?: number; barsPerSeries?: number } = {},
): Promise<DemoUniverse> {
  requireRole(actor, 'admin');
  onProgress(0, 'drawing a market');
  await yieldToOthers();
  const universe = generateUniverse(DEMO_SEED, options);
  const ruleSet = await ruleSetByNumber(DEMO_RULE_SET);
  const { signal } = new AbortController();
  let bars = 0;
  let windows = 0;
  let begun = 0;
  const makeNext = async (): Promise<void> => {
    while (begun < universe.length) {
      const { venue, symbol, timeframe, ...series } = universe[begun++];
      onProgress(0.1 + (0.8 * (begun - 1)) / universe.length, `${symbol} ${timeframe}`);
      const gridOffsetMs = series.bars.ts[0] % timeframeMs(timeframe);
      const name = { venue, symbol, timeframe };
      const stored = await storeBars(name, () => [series.bars], {
        gridOffsetMs,
        synthetic: true,
        signal,
      });
      const scan = await runScan({
        payload: { seriesId: stored.seriesId, ruleSetId: ruleSet.id, lookbackDays: null, seed: SCAN_SEED },
        actor,
        signal,
        progress: () => undefined,
        log: () => undefined,
      });
      bars += stored.bars;
      windows += scan.newWindows;
    }
  };
  // While the database stores one series the next is scanned.
  await Promise.all([makeNext(), makeNext()]);
  onProgress(0.9, 'filling the queue');
  await fillQueues(actor);
  onProgress(1, 'done');
  return { series: universe.length, bars, windows };
}
