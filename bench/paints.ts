import type { Page } from '@playwright/test';

/** What a page being measured keeps under `noted`: a time in ms for each key, added when the frame it led to was done. */
export interface Paints {
  paints: number[];
}

/** Presses a key and waits for its frame. @returns ms, as the page noted it */
export async function pressAndWait(page: Page, key: string): Promise<number> {
  const count = () => (globalThis as unknown as { noted: Paints }).noted.paints.length;
  const before = await page.evaluate(count);
  await page.keyboard.press(key);
  await page.waitForFunction(
    (n) => (globalThis as unknown as { noted: Paints }).noted.paints.length > n,
    before,
    { timeout: 10_000 },
  );
  return page.evaluate(() => (globalThis as unknown as { noted: Paints }).noted.paints.at(-1) ?? Number.NaN);
}
