import { expectAccessible } from './support/axe.ts';
import { ADMIN, expect, test } from './support/test.ts';
import { insertTrainedRuns, removeTrainedRuns, type TrainedRuns } from './support/trained-runs.ts';

let trained: TrainedRuns;
test.beforeAll(async ({ house }) => {
  const db = await house.installation.connect();
  trained = await insertTrainedRuns(db);
  await db.end();
});
test.afterAll(async ({ house }) => {
  const db = await house.installation.connect();
  await removeTrainedRuns(db, trained);
  await db.end();
});

test('runs are compared, a dead one is begun anew with a change, and the labels’ worth is drawn out', async ({
  open,
}) => {
  const page = await open(ADMIN);
  const [quarter, , whole] = trained.ofCurve;
  await page.goto('/train');
  const table = page.getByRole('grid', { name: 'Runs' });
  for (const id of [whole, quarter])
    await table.getByRole('checkbox', { name: `Choose run ${id}`, exact: true }).check();
  await page.getByRole('button', { name: 'Compare 2 runs' }).click();
  await page.waitForURL(`**/train/compare?runs=${quarter},${whole}`);
  const differences = page.getByRole('region', { name: 'Differences' });
  await expect(differences.getByRole('row', { name: 'Share of labels 0.25 1' })).toBeVisible();
  await expect(differences).toContainText('The dataset is the same: Trained elsewhere.');
  await expect(differences.getByRole('row', { name: /^Batch/ })).toHaveCount(0);
  await expect(page.getByRole('figure', { name: 'Macro-F1 by epoch' }).locator('svg').first()).toBeVisible();
  const figures = page.getByRole('region', { name: 'Final figures' });
  await expect(figures.getByRole('row', { name: /^Macro-F1 0.480 ?±0.030/ })).toContainText('0.660');
  await expectAccessible(page, 'compared runs');

  await page.goto(`/train/${trained.failed}`);
  await expect(page.getByText('was killed, as the system does when memory runs out')).toBeVisible();
  await expectAccessible(page, 'a failed run');
  await page.getByRole('link', { name: 'Run again with a change' }).click();
  const form = page.getByRole('form', { name: `Run ${trained.failed} again` });
  await expect(form.getByLabel('Batch')).toHaveValue('4,096');
  await expect(form.getByLabel('Learning rate')).toHaveValue('0.004');
  await expect(form.getByText('1 changed')).toHaveCount(2);
  await expect(form).toContainText('Nothing is changed yet');
  await form.getByRole('button', { name: 'back to 64' }).click();
  await expect(form.getByLabel('Batch')).toHaveValue('');
  await expect(form.getByText('Nothing is changed yet')).toHaveCount(0);
  await expectAccessible(page, 'a run begun anew');

  await page.getByText('What more labels would buy').click();
  const labels = page.getByRole('region', { name: 'What more labels would buy' });
  await expect(labels.getByRole('img', { name: 'F1 of flag over labels' })).toBeVisible();
  await expect(labels.getByText(/^The next 500 labels: \+0\.\d{3} \(/)).toHaveCount(4);
  await expect(labels.getByText(/does not rise beyond its intervals/)).toHaveCount(1);
  await expectAccessible(page, 'learning curve');
});
