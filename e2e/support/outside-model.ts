import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, type House } from './test.ts';

const MODELS = 'lib/server/serving/fixtures';

export interface BuiltDataset {
  readonly id: number;
  readonly hash: string;
  readonly validationFrom: number;
}

/** Builds a dataset as the admin would. */
export async function buildDataset(house: House, policy: Record<string, unknown>): Promise<BuiltDataset> {
  const { jobId } = await house.asAdmin<{ jobId: string }>('POST', '/datasets', policy);
  const job = () => house.asAdmin<{ state: string }>('GET', `/jobs/${jobId}`);
  await expect.poll(async () => (await job()).state, { timeout: 60_000 }).toBe('done');
  const [built] = await house.installation.query<{ id: number; hash: string; validationFrom: number }>(
    `SELECT id, hash, (summary->'cutDates'->>'validationFrom')::float8 AS "validationFrom" FROM "Dataset" ORDER BY id DESC LIMIT 1`,
  );
  return built;
}

/** Brings a model from outside, as if it had been trained on the dataset. @returns its name */
export async function bringModel(page: Page, model: 'good' | 'other', hash: string): Promise<string> {
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

interface Said {
  readonly symbol: string;
  /** Said to be none. */
  readonly missed?: string;
  /** From this ts on every class is as likely as the others. */
  readonly until?: number;
}

/** What a version is to have said of a symbol's windows and of gold: what the rules or gold say, but for what it missed. */
export async function say(
  house: House,
  version: string,
  { symbol, missed = '', until = Number.MAX_SAFE_INTEGER }: Said,
): Promise<void> {
  await house.installation.query(
    `INSERT INTO "Prediction" ("modelVersionId", "windowId", probabilities, quality, "poleKatr", embedding)
     SELECT v.id, w.id,
            array(SELECT CASE WHEN w.ts >= $4 THEN 0.2 WHEN c = CASE WHEN x.truth = $2 THEN 'none' ELSE x.truth END THEN 0.9996 ELSE 0.0001 END
                    FROM unnest('{flag,wedge,blowoff,wick_exhaustion,none}'::text[]) c)::real[],
            0.9996, l."poleKatr" + 0.05, array_fill(0.125::real, ARRAY[64])
       FROM "Window" w JOIN "Series" s ON s.id = w."seriesId"
       LEFT JOIN "WeakLabel" l ON l."windowId" = w.id
       LEFT JOIN "GoldWindow" g ON g."windowId" = w.id AND g.number = (SELECT max(number) FROM "GoldVersion")
       CROSS JOIN LATERAL (SELECT coalesce(g.label, CASE WHEN l.kind = 'event' THEN l."weakClass" END, 'none') AS truth) x
       JOIN "ModelVersion" v ON v.name = $1
      WHERE s.symbol = $3 OR g.label IS NOT NULL ON CONFLICT DO NOTHING`,
    [version, missed, symbol, until],
  );
}

/** Points the champion alias at a version, whatever the gate says. */
export async function crown(house: House, name: string): Promise<void> {
  await house.asAdmin('POST', `/models/${name}/promote`, {
    alias: 'champion',
    reason: 'the test says so',
    override: true,
  });
}
