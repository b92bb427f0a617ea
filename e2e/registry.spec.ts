import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { bringModel, buildDataset, say } from './support/outside-model.ts';
import { ADMIN, expect, test } from './support/test.ts';

async function runGate(page: Page, version: string): Promise<void> {
  await page.goto(`/models/${version}`);
  const gate = page.getByRole('region', { name: 'Gate' });
  await gate.getByRole('button', { name: 'Run the gate' }).click();
  await expect(gate.getByRole('table')).toBeVisible({ timeout: 60_000 });
}

test('a champion passes the gate, another comes by override, and one click goes back; an open label page follows', async ({
  house,
  open,
}) => {
  const policy = { name: 'Registry', sources: 'weak', symbols: ['demo:ALPHA'] };
  const { hash } = await buildDataset(house, { ...policy, capPerClass: 60, testShare: 0.3 });
  const page = await open(ADMIN);
  const before = (await house.asAdmin<{ version: string | null }>('GET', '/aliases/champion/name')).version;
  const [good, worse] = [await bringModel(page, 'good', hash), await bringModel(page, 'other', hash)];
  await say(house, good, { symbol: 'ALPHA' });
  await say(house, worse, { symbol: 'ALPHA', missed: 'wedge' });
  const label = await LabelPage.open(await open(await house.newPerson()));

  await runGate(page, good);
  const gate = page.getByRole('region', { name: 'Gate' });
  await expect(gate.getByRole('row', { name: /^Macro-F1/ })).toContainText('pass');
  await expect(gate).not.toContainText('fail');
  await expectAccessible(page, 'a version with its gate');
  await page.getByRole('button', { name: 'Promote' }).click();
  await page.getByLabel('Reason').fill('It passed');
  await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
  await label.follows(good);

  await runGate(page, worse);
  await expect(gate.getByRole('row', { name: /^F1 Wedge/ })).toContainText(`fail: worse than ${good} by`);
  await page.getByRole('button', { name: 'Promote' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(`${worse} has failed the gate against ${good}`);
  await expect(dialog).toContainText('F1 Wedge');
  await dialog.getByLabel('Reason').fill('To see it lose');
  await expect(dialog.getByRole('button', { name: 'Override and promote' })).toBeDisabled();
  await dialog.getByRole('checkbox', { name: /override/ }).check();
  await expectAccessible(page, 'promoting by override');
  await dialog.getByRole('button', { name: 'Override and promote' }).click();
  await label.follows(worse);

  await page.getByRole('button', { name: `Roll back to ${good}` }).click();
  await expect(page.getByText(`${good} is champion again, ${worse} was.`)).toBeVisible();
  await label.follows(good);
  await page.goto('/models');
  const log = page.getByRole('region', { name: 'Alias log' });
  await expect(log.getByRole('row').nth(1)).toContainText(`rollback${good}`);
  await expect(log.getByRole('row').nth(2)).toContainText(`override${worse}`);

  await page.goto(`/models/compare?first=${worse}&second=${good}&says=none&other=wedge`);
  const figures = page.getByRole('table', { name: 'Figures of both versions' });
  await expect(figures.getByRole('row', { name: /^F1 Wedge/ })).toContainText('−');
  const apart = page.getByRole('region', { name: 'Windows seen differently' });
  await expect(apart.getByRole('link').first()).toHaveAccessibleName(/None against Wedge\. Show in Explore$/);
  await expectAccessible(page, 'two versions compared');

  const verified = await house.installation.halyard(['verify', good]);
  expect(verified.stdout).toContain('50 golden windows are composed alike');
  expect(verified.code).toBe(0);
  // Whatever the house's other tests work with.
  if (before) await house.asAdmin('POST', '/aliases/champion/rollback', { to: before });
});
