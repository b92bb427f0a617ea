import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { bringModel, buildDataset, say } from './support/outside-model.ts';
import { ADMIN, expect, test } from './support/test.ts';

test('a round is started in the browser, people audit it blind, and what they find ends it', async ({
  house,
  open,
}) => {
  const page = await open(ADMIN);
  const policy = { name: 'Rounds', sources: 'record+weak', symbols: ['demo:FOXTROT'], capPerClass: 60 };
  const { id, hash } = await buildDataset(house, policy);
  const teacher = await bringModel(page, 'good', hash);
  await say(house, teacher, { symbol: 'FOXTROT' });

  await page.goto('/train?view=rounds');
  await page.getByRole('button', { name: 'New self-training' }).click();
  const form = page.getByRole('form', { name: 'New self-training' });
  await expect(form.getByRole('combobox', { name: 'Labels from dataset' })).toHaveValue(
    new RegExp(`^#${id} Rounds`),
  );
  await form.getByRole('combobox', { name: 'Teacher' }).click();
  await page.getByRole('option', { name: teacher }).click();
  await form.getByRole('textbox', { name: 'Rounds at most' }).fill('0');
  await form.getByRole('textbox', { name: 'Audit of each class' }).fill('4');
  await form.getByRole('button', { name: 'Start the first round' }).click();
  await expect(form.getByText('A whole number from 1 to 10')).toBeVisible();
  await form.getByRole('textbox', { name: 'Rounds at most' }).fill('2');
  await expectAccessible(page, 'the form of a self-training');
  await form.getByRole('button', { name: 'Start the first round' }).click();

  const round = page.getByRole('region', { name: 'Round 1' });
  await expect(round).toContainText('People have judged 0 of 20 windows.', { timeout: 60_000 });
  const byClass = round.getByRole('table', { name: 'Round 1 by class' });
  await expect(byClass.getByRole('row', { name: /^Wedge/ })).toContainText('0 of 4');
  await expectAccessible(page, 'a round that waits for its audit');

  const address = (await round.getByRole('link', { name: /^queue \d+$/ }).getAttribute('href')) ?? '';
  const label = await LabelPage.open(await open(await house.newPerson()), Number(address.split('=')[1]));
  for (let i = 0; i < 20; i++) {
    expect(await label.suggested()).toBe('');
    await label.page.keyboard.press('5');
    await expect(label.answers).toHaveAttribute('data-count', String(i + 1));
  }
  await label.saved();
  // A window that another test's queue wants two answers to has no label of record yet.
  await expect(round).toContainText(/People have judged ([89]|1\d|20) of 20 windows\./);
  await expect(byClass.getByText('below the floor').first()).toBeVisible();
  await expect(byClass.getByRole('row', { name: /0–49 %/ }).first()).toContainText('4 of 4');

  await round.getByRole('button', { name: /^Go on/ }).click();
  await expect(round).toContainText(/Audited precision below 80 %: .*0 of 4 right \(0 % to 49 %\)/);
  await expect(round.getByText('rejected', { exact: true })).toBeVisible();
  await expect(round.getByRole('button')).toHaveCount(0);
  await page.reload();
  await expect(round).toContainText('Audited precision below 80 %');
});
