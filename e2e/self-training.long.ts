import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { labelSome } from './support/labels.ts';
import { bringModel, buildDataset, crown, say } from './support/outside-model.ts';
import { ADMIN, expect, test } from './support/test.ts';

test.setTimeout(900_000);

test('from seed labels to an accepted student, its promotion, and its revert; an open label page follows each', async ({
  house,
  open,
}) => {
  const page = await open(ADMIN);
  await labelSome(house, await house.newPerson(), 'GOLF', 360);
  const policy = { name: 'Seeds', sources: 'record', symbols: ['demo:GOLF'], validationShare: 0.4 };
  const { hash, validationFrom } = await buildDataset(house, policy);
  const teacher = await bringModel(page, 'good', hash);
  await say(house, teacher, { symbol: 'GOLF', until: validationFrom });
  await crown(house, teacher);
  const label = await LabelPage.open(await open(await house.newPerson()));
  await label.follows(teacher);

  await page.goto('/train?view=rounds');
  await page.getByRole('button', { name: 'New self-training' }).click();
  const form = page.getByRole('form', { name: 'New self-training' });
  await form.getByText('quick', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Audit of each class' }).fill('0');
  await form.getByRole('button', { name: 'Start the first round' }).click();
  const round = page.getByRole('region', { name: 'Round 1' });
  await expect(round).toContainText('Student and control are being trained.', { timeout: 120_000 });
  await expect(round.getByText('accepted', { exact: true })).toBeVisible({ timeout: 600_000 });
  const macroF1 = round
    .getByRole('table', { name: /^Validation/ })
    .getByRole('row', { name: /^Macro-F1 / })
    .first();
  await expect(macroF1).toContainText('+');
  console.log(`round 1: ${await round.locator('header').textContent()}`);
  await expectAccessible(page, 'an accepted round');

  const versions = round.getByRole('link', { name: /^v\d+_\d+_\d+$/ });
  const student = (await versions.nth(1).textContent()) ?? '';
  await page.goto(`/models/${student}`);
  await expect(page.getByText('challenger').first()).toBeVisible();
  await crown(house, student);
  await label.follows(student);

  await page.goto('/train?view=rounds');
  await round.getByRole('button', { name: 'Take back…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take back round 1' });
  await dialog.getByLabel('Reason').fill('the pool was restated');
  await dialog.getByRole('button', { name: 'Take the round back' }).click();
  await expect(round).toContainText('the pool was restated By Ada Admin.');
  await label.follows(teacher);
});
