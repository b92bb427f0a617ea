import type { Page } from '@playwright/test';
import { openPart } from '../e2e/support/part.ts';
import { quantileSorted } from '../lib/core/quantile.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';
import { openBrowser } from './page.ts';
import { type Paints, pressAndWait } from './paints.ts';

/** Nobody looks at 24 windows in less; the page behind is drawn meanwhile. */
const PACE_MS = 800;
const WARM_UP = 3;

/**
 * From the key's own time stamp to after the frame that shows the page: on Enter the one that was drawn in advance, on a
 * change of size one of which nothing was there before.
 */
export default {
  name: 'grid',
  about: 'a page of 24 charts shown, in a real browser: after Enter, and after a change of size',
  async run({ quick }) {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await openPart(page, 'grid');
      await page.getByRole('gridcell').first().waitFor();
      await measureInPage(page);
      const pages = quick ? 20 : 100;
      const next: number[] = [];
      const fresh: number[] = [];
      for (let i = 0; i < WARM_UP + pages; i++) {
        const afterEnter = await turn(page, 'Enter');
        await turn(page, '+');
        const afterResize = await turn(page, '-');
        if (i < WARM_UP) continue;
        next.push(afterEnter);
        fresh.push(afterResize);
      }
      return [...figures('next_page', next, 150), ...figures('fresh_page', fresh, 150)];
    } finally {
      await browser.close();
    }
  },
} satisfies Bench;

function figures(name: string, samples: readonly number[], limit: number): Figure[] {
  const sorted = Float64Array.from(samples).sort();
  const figure = (quantile: number, limit: number | null): Figure => ({
    bench: 'grid',
    figure: `${name}_p${quantile * 100}_ms`,
    value: Number(quantileSorted(sorted, quantile).toFixed(1)),
    unit: 'ms',
    n: samples.length,
    size: '24 charts and a large one, 1440×900',
    limit,
    machine: machineName(),
  });
  return [figure(0.95, limit), figure(0.5, null)];
}

/** Notes, for every key press, when the frame after it was done. */
async function measureInPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: Paints = { paints: [] };
    Object.assign(globalThis, { noted });
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        // What the key changes is painted in the frame to come; a message posted in that frame arrives when it is done.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => noted.paints.push(performance.now() - timeStamp);
          port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });
}

/** @throws Error where the key led to no other page */
async function turn(page: Page, key: string): Promise<number> {
  const windows = () =>
    page
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-window')).join());
  await page.waitForTimeout(PACE_MS);
  const before = await windows();
  const ms = await pressAndWait(page, key);
  if ((await windows()) === before) throw new Error(`${key} showed no other page`);
  return ms;
}
