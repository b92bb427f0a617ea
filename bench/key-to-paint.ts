import type { Page } from '@playwright/test';
import { quantileSorted } from '../lib/core/quantile.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';
import { openLabelPage } from './page.ts';
import { type Paints, pressAndWait } from './paints.ts';

/** A steady hand: 80 answers a minute would be fast for a person. */
const PACE_MS = 400;
const WARM_UP = 10;

/**
 * From the key's own time stamp to after the frame that shows the next window: the answer is on disk, the chart has the
 * new data, and the frame is done.
 */
export default {
  name: 'key-to-paint',
  about: 'from an answer’s key press to the next window painted, in a real browser on the label page',
  async run({ quick }) {
    const { page, close } = await openLabelPage();
    try {
      await page.getByTestId('label-chart').waitFor({ timeout: 120_000 });
      await page.waitForFunction(
        () => Number(document.querySelector<HTMLElement>('[data-testid=ready]')?.dataset.count) >= 12,
      );
      await measureInPage(page);
      const samples: number[] = [];
      const answers = quick ? 60 : 300;
      for (let i = 0; i < WARM_UP + answers; i++) {
        const ms = await pressAndWait(page, i % 3 === 0 ? '5' : ' ');
        if (i >= WARM_UP) samples.push(ms);
        await page.waitForTimeout(PACE_MS);
      }
      samples.sort((a, b) => a - b);
      const figure = (name: string, value: number, limit: number | null): Figure => ({
        bench: 'key-to-paint',
        figure: name,
        value: Number(value.toFixed(1)),
        unit: 'ms',
        n: samples.length,
        size: `one answer every ${PACE_MS} ms`,
        limit,
        machine: machineName(),
      });
      return [
        figure('p95_ms', quantileSorted(Float64Array.from(samples), 0.95), 50),
        figure('p50_ms', quantileSorted(Float64Array.from(samples), 0.5), null),
      ];
    } finally {
      await close();
    }
  },
} satisfies Bench;

/** Notes, for every key press, when the frame after the next window's data was done. */
async function measureInPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: Paints = { paints: [] };
    Object.assign(globalThis, { noted });
    let pressed: number | null = null;
    addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { capture: true });
    const chart = document.querySelector('[data-testid=label-chart]')?.closest('section');
    if (!chart) throw new Error('the label page shows no chart');
    new MutationObserver(() => {
      const from = pressed;
      pressed = null;
      if (from === null) return;
      // The chart paints in the frame to come; a message posted in that frame arrives when it is done.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => noted.paints.push(performance.now() - from);
        port2.postMessage(null);
      });
    }).observe(chart, { attributes: true, attributeFilter: ['data-window'] });
  });
}
