import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { openPart } from './support/part.ts';

async function see(page: Page, schema: 1 | 2): Promise<number[]> {
  await openPart(page, 'model-sees');
  return page.evaluate(
    (wanted) => (globalThis as unknown as { mount(schema: 1 | 2): number[] }).mount(wanted),
    schema,
  );
}

test('a model of feature schema 2 is shown with the numbers it gets, each by name', async ({ page }) => {
  const aux = await see(page, 2);
  const button = page.getByRole('button', { name: 'auxiliary values' });
  const names = page.getByRole('table', { name: 'Auxiliary values' });
  await expect(button.locator('rect')).toHaveCount(18);
  await expect(names).toBeHidden();
  await button.click();
  const shown = await names.getByRole('cell').allInnerTexts();
  const words = aux.map((value) => (value === 0 ? '0' : value.toFixed(2).replace('-', '−')));
  expect(shown.map((text) => text.split(' ')[1])).toEqual(words);
  expect(shown.map((text) => text.split(' ')[0]).slice(0, 3)).toEqual(['t−2', 't−1', 't']);
  await expectAccessible(page, 'auxiliary values by name');
  await page.keyboard.press('Escape');
  await expect(names).toBeHidden();
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(names).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(names).toBeHidden();
});

test('a model of feature schema 1 gets the image alone', async ({ page }) => {
  expect(await see(page, 1)).toEqual([]);
  await expect(page.getByRole('img', { name: 'Model image: candles' })).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
});
