import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { ADMIN, expect, type House, test } from './support/test.ts';

const MODELS = 'lib/server/serving/fixtures';
/** A small dataset of one symbol. @returns its hash */
async function buildDataset(house: House): Promise<string> {
  const policy = {
    name: 'Registry',
    sources: 'weak',
    symbols: ['demo:ALPHA'],
    capPerClass: 60,
    testShare: 0.3,
  };
  const { jobId } = await house.asAdmin<{ jobId: string }>('POST', '/datasets', policy);
  const job = () => house.asAdmin<{ state: string }>('GET', `/jobs/${jobId}`);
  await expect.poll(async () => (await job()).state, { timeout: 60_000 }).toBe('done');
  const [{ hash }] = await house.installation.query<{ hash: string }>(
    'SELECT hash FROM "Dataset" ORDER BY id DESC LIMIT 1',
  );
  return hash;
}

/** Brings a model from outside, as if it had been trained on the dataset. @returns its name */
async function bring(page: Page, model: 'good' | 'other', hash: string): Promise<string> {
  await page.goto('/models');
  await page.getByRole('button', { name: 'Import a model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a model' });
  const metrics = JSON.parse(readFileSync(`${MODELS}/metrics.json`, 'utf8')) as object;
  const files = dialog.locator('input[type=file]');
  await files.nth(0).setInputFiles(`${MODELS}/${model}.onnx`);
  await files.nth(1).setInputFiles({
    name: 'metrics.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ ...metrics, dataset_hash: hash })),
  });
  await dialog.getByRole('button', { name: 'Import' }).click();
  await page.waitForURL(/\/models\/v\d+_\d+_\d+$/);
  return page.url().split('/').at(-1) ?? '';
}

/** What a version is to have said of the symbol's windows and of gold: what the rules or gold say, but of one class none. */
async function say(house: House, version: string, missed: string): Promise<void> {
  await house.installation.query(
    `INSERT INTO "Prediction" ("modelVersionId", "windowId", probabilities, quality, "poleKatr", embedding)
     SELECT v.id, w.id, array(SELECT CASE WHEN c = CASE WHEN x.truth = $2 THEN 'none' ELSE x.truth END THEN 0.9996 ELSE 0.0001 END
                                FROM unnest('{flag,wedge,blowoff,wick_exhaustion,none}'::text[]) c)::real[],
            0.9996, l."poleKatr" + 0.05, array_fill(0.125::real, ARRAY[64])
       FROM "Window" w JOIN "Series" s ON s.id = w."seriesId"
       LEFT JOIN "WeakLabel" l ON l."windowId" = w.id
       LEFT JOIN "GoldWindow" g ON g."windowId" = w.id AND g.number = (SELECT max(number) FROM "GoldVersion")
       CROSS JOIN LATERAL (SELECT coalesce(g.label, CASE WHEN l.kind = 'event' THEN l."weakClass" END, 'none') AS truth) x
       JOIN "ModelVersion" v ON v.name = $1
      WHERE s.symbol = 'ALPHA' OR g.label IS NOT NULL ON CONFLICT DO NOTHING`,
    [version, missed],
  );
}

async function runGate(page: Page, version: string): Promise<void> {
  await page.goto(`/models/${version}`);
  const gate = page.getByRole('region', { name: 'Gate' });
  await gate.getByRole('button', { name: 'Run the gate' }).click();
  await expect(gate.getByRole('table')).toBeVisible({ timeout: 60_000 });
}

/** An open label page takes a version over by itself: the report says how soon. */
async function follows(label: LabelPage, version: string): Promise<void> {
  const began = Date.now();
  await expect(label.model).toHaveAttribute('data-version', version);
  await expect(label.model).toHaveAttribute('data-phase', 'ready');
  test.info().annotations.push({ type: `followed to ${version}`, description: `${Date.now() - began} ms` });
}

test('a champion passes the gate, another comes by override, and one click goes back; an open label page follows', async ({
  house,
  open,
}) => {
  const hash = await buildDataset(house);
  const page = await open(ADMIN);
  const before = (await house.asAdmin<{ version: string | null }>('GET', '/aliases/champion/name')).version;
  const [good, worse] = [await bring(page, 'good', hash), await bring(page, 'other', hash)];
  await say(house, good, 'nothing');
  await say(house, worse, 'wedge');
  const label = await LabelPage.open(await open(await house.newPerson()));

  await runGate(page, good);
  const gate = page.getByRole('region', { name: 'Gate' });
  await expect(gate.getByRole('row', { name: /^Macro-F1/ })).toContainText('pass');
  await expect(gate).not.toContainText('fail');
  await expectAccessible(page, 'a version with its gate');
  await page.getByRole('button', { name: 'Promote' }).click();
  await page.getByLabel('Reason').fill('It passed');
  await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
  await follows(label, good);

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
  await follows(label, worse);

  await page.getByRole('button', { name: `Roll back to ${good}` }).click();
  await expect(page.getByText(`${good} is champion again, ${worse} was.`)).toBeVisible();
  await follows(label, good);
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
