import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { expect, test } from './support/test.ts';

const panelOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Your answers' });

test('a person looks through their own answers by keyboard, takes one of long ago back and answers it again', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await LabelPage.open(page);
  await page.keyboard.press('e');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  const marked = await label.answer('1');
  await page.keyboard.press('n');
  await page.keyboard.type('thin volume');
  await page.keyboard.press('Enter');
  await label.answer('2');
  await label.answer('s', '2');
  await label.saved();
  await page.keyboard.press('y');
  const panel = panelOf(page);
  const rows = panel.getByRole('list', { name: 'Answers, the newest first' }).getByRole('listitem');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText('skip: bad data');
  await expect(rows.nth(1)).toContainText('thin volume');
  await expect(rows.nth(2)).toContainText('own pole');
  await expectAccessible(page, 'the label page with one’s own answers');
  const which = panel.getByRole('combobox', { name: 'Which answers' });
  await which.selectOption('note');
  await expect(rows).toHaveCount(1);
  await which.selectOption('flag');
  await expect(rows).toHaveCount(1);

  const change = rows.getByRole('button', { name: 'take back and answer again' });
  await which.focus();
  // The close button, the list that scrolls, then its first way to change something.
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
  await expect(change).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(label.chart).toHaveAttribute('data-window', marked);
  await expect(page.getByRole('region', { name: 'Your marks' })).toBeVisible();
  await expect(rows).toContainText('taken back');
  await label.answer('4');
  await label.saved();
  await which.selectOption('all');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(0)).toContainText('Wick exhaustion');
  const stored = await house.installation.query(
    'select kind::text, label from "Annotation" where "userId" = $1 and "windowId" = $2 order by id',
    [person.id, marked],
  );
  expect(stored).toEqual([
    { kind: 'label', label: 'flag' },
    { kind: 'retraction', label: null },
    { kind: 'label', label: 'wick_exhaustion' },
  ]);
});
