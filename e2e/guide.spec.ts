import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { ADMIN, expect, test } from './support/test.ts';

const guideOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Class guide' });

test('the guide stands beside the chart while one labels, class by class, and answers keep its version', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await LabelPage.open(page);
  const suggested = await label.suggested();
  await page.keyboard.press('g');
  const guide = guideOf(page);
  await expect(guide).toBeVisible();
  await expect(guide.getByRole('button', { pressed: true })).toHaveAttribute(
    'title',
    new RegExp(suggested.split('_')[0], 'i'),
  );
  const chart = await label.chart.boundingBox();
  const beside = await guide.boundingBox();
  if (!chart || !beside) throw new Error('chart and guide are not both in view');
  expect(beside.x).toBeGreaterThanOrEqual(chart.x + chart.width - 1);
  for (const name of ['Flag', 'Wedge', 'Blowoff', 'Wick exhaustion', 'None']) {
    await guide.getByRole('button', { name, exact: true }).click();
    await expect(guide.getByRole('heading', { name, level: 3 })).toBeVisible();
    await expect(guide.getByRole('list', { name: 'Drawn examples' }).getByRole('listitem')).toHaveCount(4);
  }
  await expectAccessible(page, 'the label page with the class guide');
  // Labelling goes on with the guide open.
  await label.answer('1');
  await label.answer('5');
  await label.saved();
  await page.keyboard.press('g');
  await expect(guide).toHaveCount(0);
  const versions = await house.installation.query<{ guideVersion: number; inForce: number }>(
    `select "guideVersion", (select max("number") from "GuideVersion") as "inForce" from "Annotation" where "userId" = $1`,
    [person.id],
  );
  expect(versions).toHaveLength(2);
  for (const { guideVersion, inForce } of versions) expect(guideVersion).toBe(inForce);
  await expect(page.getByRole('button', { name: 'Change' })).toHaveCount(0);
});

test('an admin writes the next version; the earlier one stays readable, and others see the new one', async ({
  house,
  open,
}) => {
  const page = await open(ADMIN);
  await LabelPage.open(page);
  await page.keyboard.press('g');
  const guide = guideOf(page);
  await guide.getByRole('button', { name: 'Wedge', exact: true }).click();
  const versions = guide.getByRole('combobox', { name: 'Version of the guide' });
  const before = Number(await versions.inputValue());
  const old = (await guide.getByRole('article').locator('p').first().textContent()) ?? '';
  await guide.getByRole('button', { name: 'Change' }).click();
  const definition = guide.getByRole('textbox', { name: 'Definition' });
  // Keys of the page are letters here.
  await definition.fill('');
  await definition.pressSequentially('12 guests see 5 lines meet');
  const save = guide.getByRole('button', { name: `Save as version ${before + 1}` });
  await expect(save).toBeDisabled();
  await guide.getByRole('textbox', { name: 'Why it is changed' }).fill('shorter');
  await expectAccessible(page, 'the class guide being written');
  await save.click();
  await expect(versions).toHaveValue(String(before + 1));
  await expect(guide.getByRole('article')).toContainText('12 guests see 5 lines meet');
  await versions.selectOption(String(before));
  await expect(guide.getByRole('article')).toContainText(old);
  await expect(guide).toContainText(`${before + 1} is in force`);

  const other = await open(await house.newPerson());
  await LabelPage.open(other);
  await other.keyboard.press('g');
  await guideOf(other).getByRole('button', { name: 'Wedge', exact: true }).click();
  await expect(guideOf(other).getByRole('article')).toContainText('12 guests see 5 lines meet');
});
