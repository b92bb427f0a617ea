import type { Page, Response } from '@playwright/test';
import app from '../next.config.js';
import { LabelPage } from './support/label-page.ts';
import { ADMIN, expect, test } from './support/test.ts';

const ADMIN_PAGES = ['/label', '/data', '/data/jobs', '/train', '/models', '/people'];
const OPEN_PAGES = ['/sign-in', '/setup?secret=spent', '/away'];

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

function expectPolicy(response: Response | null): void {
  const headers = response?.headers() ?? {};
  expect(headers).toMatchObject(ISOLATION);
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/]{22}==' 'strict-dynamic' 'wasm-unsafe-eval';/);
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("object-src 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("'unsafe-eval'");
  // Attributes only: an element or a script never.
  expect(policy.replace("style-src-attr 'unsafe-inline'", '')).not.toContain("'unsafe-inline'");
}

async function visit(page: Page, path: string): Promise<void> {
  const response = await page.goto(path);
  expectPolicy(response);
  await expect(page.getByRole('heading').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(await page.evaluate(() => crossOriginIsolated), path).toBe(true);
}

test('every page of the app works under the strict policy, isolated', async ({ open }) => {
  const page = await open(ADMIN);
  for (const path of ADMIN_PAGES) await visit(page, path);
});

test('so do the pages that are there for everybody', async ({ open }) => {
  const page = await open(null);
  for (const path of OPEN_PAGES) await visit(page, path);
});

test('so does a page that does not exist', async ({ open }) => {
  const page = await open(ADMIN, { expected: /the server responded with a status of 404/ });
  const response = await page.goto('/no/such/page');
  expect(response?.status()).toBe(404);
  expectPolicy(response);
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});

test('what opens over a page stays within the policy too', async ({ open }) => {
  const page = await open(ADMIN);
  await page.goto('/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page
    .getByRole('textbox', { name: 'Role', exact: true })
    .or(page.getByRole('combobox', { name: 'Role', exact: true }))
    .first()
    .click();
  await expect(page.getByRole('option', { name: 'reviewer' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Commands' }).click();
  await expect(page.getByRole('textbox', { name: 'Command' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.goto('/data');
  await page.getByRole('grid', { name: 'Series' }).getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Scan', exact: true }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('a script that came in with the markup does not run', async ({ open }) => {
  const page = await open(ADMIN, { expected: /script-src/ });
  await LabelPage.open(page);
  const ran = await page.evaluate(async () => {
    const violated = new Promise((resolve) =>
      addEventListener('securitypolicyviolation', resolve, { once: true }),
    );
    document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="globalThis.ran = true">');
    await violated;
    return 'ran' in globalThis;
  });
  expect(ran).toBe(false);
});

test('scripts that may start a worker, and its runtime, carry a policy and isolation of their own', async ({
  open,
  house,
}) => {
  const page = await open(ADMIN);
  const scripts: string[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/_next/static/')) scripts.push(response.url());
  });
  await LabelPage.open(page);
  expect(scripts.length).toBeGreaterThan(0);
  const runtime = `/ort/${app.env?.ORT_VERSION}/ort-wasm-simd-threaded`;
  const files = [...new Set(scripts), `${runtime}.mjs`, `${runtime}.wasm`];
  for (const file of files) {
    const response = await page.request.get(file);
    expect(response.status(), file).toBe(200);
    expect(response.headers(), file).toMatchObject({
      ...ISOLATION,
      'content-security-policy':
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
    });
  }
  const wasm = await page.request.get(`${house.origin}${runtime}.wasm`);
  expect(wasm.headers()['content-type']).toBe('application/wasm');
  expect(wasm.headers()['cache-control']).toContain('immutable');
});
