import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { ADMIN, expect, test } from './support/test.ts';

test('axe finds nothing on the label page, whatever is open on it', async ({ house, open }) => {
  const page = await open(await house.newPerson());
  const label = await LabelPage.open(page);
  await expectAccessible(page, 'label');
  for (const key of ['1', '2', '3', '4', '5', 'Space']) await label.answer(key);
  await label.answer('s', '1');
  await label.saved();
  await expectAccessible(page, 'label with answers');
  await page.keyboard.press('s');
  await expectAccessible(page, 'label, skipping');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expectAccessible(page, 'label with a note');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await expectAccessible(page, 'label with its keys');
});

test('axe finds nothing on the data page and its dialogs', async ({ open }) => {
  const page = await open(ADMIN);
  await page.goto('/data');
  const table = page.getByRole('grid', { name: 'Series' });
  await table.getByRole('checkbox').nth(1).check();
  await expectAccessible(page, 'data');
  await page.getByRole('button', { name: 'Scan', exact: true }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, 'data, scanning');
});

for (const [path, words] of [
  ['/data/jobs', 'Jobs'],
  ['/train', 'No dataset yet'],
  ['/models', 'No model yet'],
  ['/people', 'people'],
] as const) {
  test(`axe finds nothing on ${path}`, async ({ open }) => {
    const page = await open(ADMIN);
    await page.goto(path);
    await expect(page.getByText(words).first()).toBeVisible();
    await expectAccessible(page, path);
  });
}

test('axe finds nothing on the forms of train and people', async ({ open }) => {
  const page = await open(ADMIN);
  await page.goto('/train/datasets/new');
  await expect(page.getByRole('region', { name: 'What this would build' })).toContainText('stored windows');
  await expectAccessible(page, 'train, a new dataset');
  await page.goto('/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  await expectAccessible(page, 'people, a new one');
});

test('axe finds nothing on the pages of those who are not signed in', async ({ open }) => {
  const page = await open(null, { expected: /status of 404/ });
  await page.goto('/sign-in');
  await expectAccessible(page, 'sign-in');
  await page.goto('/setup?secret=spent');
  await expectAccessible(page, 'a spent set-up link');
  await page.goto('/no/such/page');
  await expectAccessible(page, 'a page that is not there');
});
