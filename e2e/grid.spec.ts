import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { openPart } from './support/part.ts';

/** The page in view; the one drawn in advance is not reached by role. */
const gridOf = (page: Page) => page.getByRole('grid');
const cellsOf = (page: Page) => gridOf(page).getByRole('gridcell');
const summaryOf = (page: Page) => page.getByRole('status');

const submittedOf = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { submitted: string[][] }).submitted);

async function windowsOf(page: Page): Promise<string[]> {
  return cellsOf(page).evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-window') ?? ''));
}

/** How many of the page's canvases have something drawn on them. */
function drawn(cells: Locator): Promise<number> {
  return cells.locator('canvas').evaluateAll(
    (all: HTMLCanvasElement[]) =>
      all.filter((canvas) => {
        const context = canvas.getContext('2d');
        if (!context || canvas.width === 0) return false;
        return context.getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 0);
      }).length,
  );
}

/** Asks again until the page has been in view long enough to be taken; never once more than that. */
async function submit(page: Page, press: () => Promise<unknown>): Promise<void> {
  await expect
    .poll(async () => {
      await press();
      return (await submittedOf(page)).length;
    })
    .toBeGreaterThan(0);
}

test.beforeEach(async ({ page }) => {
  await openPart(page, 'grid');
  await expect(cellsOf(page)).toHaveCount(24);
});

test('is a grid of rows whose one reachable cell has the focus, each cell spoken with class, symbol and state', async ({
  page,
}) => {
  await expect(gridOf(page)).toHaveAccessibleName('24 windows suggested as flag');
  await expect(gridOf(page).getByRole('row')).toHaveCount(4);
  await expect(cellsOf(page).first()).toBeFocused();
  await expect(gridOf(page).locator('[tabindex="0"]')).toHaveCount(1);
  const spoken = /^Flag, ALPHA 15m to \d{4}-\d\d-\d\d \d\d:\d\d UTC$/;
  await expect(cellsOf(page).first()).toHaveAccessibleName(spoken);
  await page.keyboard.press('2');
  await expect(cellsOf(page).first()).toHaveAccessibleName(/^Exception: Wedge, ALPHA 15m to /);
  await page.keyboard.press('s');
  await expect(cellsOf(page).first()).toHaveAccessibleName(/^Skipped, ALPHA 15m to /);
});

test('arrows move the focus and the larger preview with it', async ({ page }) => {
  const preview = page.getByRole('complementary', { name: 'Focused window' });
  const times: (string | null)[] = [];
  for (const [key, place] of [
    ['ArrowRight', 1],
    ['ArrowDown', 7],
    ['End', 11],
    ['ArrowRight', 12],
    ['ArrowUp', 6],
    ['ArrowLeft', 5],
    ['Home', 0],
  ] as const) {
    await page.keyboard.press(key);
    await expect(cellsOf(page).nth(place)).toBeFocused();
    const name = (await cellsOf(page).nth(place).getAttribute('aria-label')) ?? '';
    const time = /to (.*)$/.exec(name)?.[1] ?? 'no time';
    await expect(preview).toContainText(time);
    times.push(time);
  }
  expect(new Set(times).size).toBe(times.length);
  await expect(page.getByTestId('label-chart')).toHaveCount(1);
});

test('keys mark exceptions over the cells, take them away, and the footer counts', async ({ page }) => {
  await expect(summaryOf(page)).toHaveText('24 flag · 0 exceptions');
  await page.keyboard.press('5');
  await expect(cellsOf(page).first()).toContainText('N');
  await expect(summaryOf(page)).toHaveText('23 flag · 1 exception');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('s');
  await expect(cellsOf(page).nth(1)).toContainText('skip');
  await expect(summaryOf(page)).toHaveText('22 flag · 2 exceptions');
  await page.keyboard.press('s');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Backspace');
  await expect(summaryOf(page)).toHaveText('24 flag · 0 exceptions');
});

test('a click focuses a cell, a click on a class in the preview marks it, and keys go on working', async ({
  page,
}) => {
  await cellsOf(page).nth(9).click();
  await expect(cellsOf(page).nth(9)).toBeFocused();
  await page.getByRole('button', { name: 'Blowoff, key 3' }).click();
  await expect(cellsOf(page).nth(9)).toHaveAttribute('data-exception', 'blowoff');
  await page.keyboard.press('1');
  await expect(cellsOf(page).nth(9)).not.toHaveAttribute('data-exception');
});

test('Enter hands over the whole page, and the next one, drawn before, begins at its first window', async ({
  page,
}) => {
  const behind = page.locator('[role=grid][inert]');
  await expect.poll(() => drawn(behind.locator('[role=gridcell]'))).toBe(24);
  const canvas = await behind.locator('canvas').first().elementHandle();
  const windows = await windowsOf(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('2');
  await submit(page, () => page.keyboard.press('Enter'));

  await expect(summaryOf(page)).toHaveText('24 flag · 0 exceptions');
  await expect(cellsOf(page).first()).toBeFocused();
  expect(await submittedOf(page)).toEqual([
    windows.map((window, i) => `${window}: ${i === 6 ? 'wedge' : 'flag'}`),
  ]);
  const after = await windowsOf(page);
  expect(after.filter((window) => windows.includes(window))).toEqual([]);
  expect(await canvas?.evaluate((one) => one.isConnected && one.closest('[inert]') === null)).toBe(true);
  expect(await drawn(cellsOf(page))).toBe(24);
});

test('a second Enter in the same moment confirms no page that nobody has seen', async ({ page }) => {
  await expect(page.locator('[role=grid][inert]')).toHaveCount(1);
  await submit(page, () =>
    page.evaluate(async () => {
      for (let i = 0; i < 3; i++) {
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        // Long enough for the next page to come into view, too short for anyone to see it.
        await new Promise((resolve) => setTimeout(resolve));
      }
    }),
  );
  await expect(cellsOf(page).first()).toBeFocused();
  expect(await submittedOf(page)).toHaveLength(1);
});

test('the size of a page changes by click or key; marks and focus of windows that stay are kept', async ({
  page,
}) => {
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('5');
  const marked = page.locator('[data-exception="none"]');
  await page.getByRole('button', { name: '6×8' }).click();
  await expect(cellsOf(page)).toHaveCount(48);
  await expect(marked).toBeFocused();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await expect(cellsOf(page)).toHaveCount(12);
  await expect(marked).toBeFocused();
  await expect(summaryOf(page)).toHaveText('11 flag · 1 exception');
});

test('axe finds nothing, light and dark', async ({ page }) => {
  await page.keyboard.press('2');
  await expectAccessible(page, 'the grid');
});
