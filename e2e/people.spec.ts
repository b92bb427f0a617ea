import type { Page } from '@playwright/test';
import { LabelPage } from './support/label-page.ts';
import { answerDialog, fillSignIn, signOut } from './support/page.ts';
import { ADMIN, callAs, expect, type House, test } from './support/test.ts';
import { NETWORK_AWAY } from './support/trouble.ts';

const ADMIN_PATHS = [
  '/data',
  '/data/jobs',
  '/train',
  '/train/1',
  '/train/datasets/new',
  '/train/datasets/1',
  '/models',
  '/models/v0_1_0',
  '/people',
];

async function leave(page: Page, name: string): Promise<void> {
  await signOut(page, name);
  await page.waitForURL('**/sign-in');
}

test('a wrong password is told in words, the right one lets in, and signing out ends it', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(null, { expected: /status of 401/ });
  await page.goto('/label');
  await page.waitForURL('**/sign-in');
  await fillSignIn(page, { ...person, password: 'not the password' });
  await expect(
    page.getByRole('alert').filter({ hasText: 'No account has this address and password.' }),
  ).toBeVisible();
  // An address that nobody has is told the same: it must not be found out who has an account.
  await fillSignIn(page, { email: 'nobody@example.org', password: 'not the password' });
  await expect(
    page.getByRole('alert').filter({ hasText: 'No account has this address and password.' }),
  ).toBeVisible();
  await fillSignIn(page, person);
  await page.waitForURL('**/label');
  await new LabelPage(page).hasWindow();
  const session = await page.context().storageState();
  await leave(page, person.name);
  await page.goto('/label');
  await page.waitForURL('**/sign-in');
  // The session itself is over, not only forgotten by this browser.
  await expect(callAs(house.origin, session, 'GET', '/me')).rejects.toThrow('401');
});

test('an analyst gets labelling and nothing of the admin, by the server’s own answer', async ({
  house,
  open,
}) => {
  const analyst = await house.newPerson('analyst');
  const page = await open(analyst, { expected: /status of 404/ });
  await LabelPage.open(page);
  const rail = page.getByRole('navigation', { name: 'Pages' });
  await expect(rail.getByRole('link')).toHaveCount(2);
  for (const name of ['Label', 'Explore']) await expect(rail.getByRole('link', { name })).toBeVisible();
  const review = await page.goto('/review/anchoring');
  expect(review?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
  for (const path of ADMIN_PATHS) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Pages' })).toHaveCount(0);
  }
  const session = await house.sessionOf(analyst);
  for (const path of [
    '/series',
    '/jobs',
    '/datasets',
    '/runs',
    '/models',
    '/people',
    '/tokens',
    '/system/status',
  ])
    await expect(callAs(house.origin, session, 'GET', path), path).rejects.toThrow('403');
});

test('a disabled account cannot sign in and its open page is signed out', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: /status of 40[13]/ });
  const label = await LabelPage.open(page);
  const before = await label.answer('1');
  await label.saved();
  await house.asAdmin('PATCH', `/people/${person.id}`, { disabled: true });
  await label.answer('2');
  await expect(label.outbox).toHaveText('signed out, 1 kept');
  await page.goto('/label');
  await page.waitForURL('**/sign-in');
  await fillSignIn(page, person);
  await expect(page.getByRole('alert').filter({ hasText: 'This account is disabled' })).toBeVisible();
  const rows = await house.installation.query('select "windowId" from "Annotation" where "userId" = $1', [
    person.id,
  ]);
  expect(rows).toEqual([{ windowId: before }]);
});

test('somebody else signs in on the same browser: the first person’s answers wait for the first person', async ({
  house,
  open,
}) => {
  const first = await house.newPerson();
  const second = await house.newPerson();
  const page = await open(first, { expected: NETWORK_AWAY });
  const label = await LabelPage.open(page);
  // Answers that cannot go out, as on a train; signing in and out still works.
  await page.route('**/api/v1/annotations', (route) => route.abort('internetdisconnected'));
  const kept = [await label.answer('1'), await label.answer('2')];
  await expect(label.outbox).toHaveText('offline, 2 kept');
  await signOut(page, first.name);
  await answerDialog(page, '2 answers are not sent yet', 'Sign out');
  await page.waitForURL('**/sign-in');
  await page.unroute('**/api/v1/annotations');

  await fillSignIn(page, second);
  await page.waitForURL('**/label');
  const other = new LabelPage(page);
  await other.hasWindow();
  await other.answer('5');
  await other.saved();
  expect(await countOf(house, first.id)).toBe(0);
  expect(await countOf(house, second.id)).toBe(1);
  await leave(page, second.name);

  await fillSignIn(page, first);
  await page.waitForURL('**/label');
  await new LabelPage(page).saved();
  await expect.poll(() => countOf(house, first.id)).toBe(kept.length);
  expect(await countOf(house, second.id)).toBe(1);
});

test('an admin makes a token on the page, is shown it once, and revokes it', async ({ open }) => {
  const page = await open(ADMIN);
  await page.goto('/people');
  const tokens = page.getByRole('region', { name: 'Tokens for programs' });
  await tokens.getByRole('button', { name: 'Make a token' }).click();
  await tokens.getByLabel('Name of the program').fill('night scanner');
  await tokens.getByRole('button', { name: 'Make', exact: true }).click();
  await expect(tokens.getByRole('status')).toContainText(/halyard_[\w-]{43}/);
  const row = tokens.getByRole('row').filter({ hasText: 'night scanner' });
  await expect(row).toContainText('classify, model');
  await expect(row).toContainText('active');
  await page.reload();
  await expect(row).toContainText('active');
  await expect(tokens).not.toContainText('halyard_');
  await row.getByRole('button', { name: 'Revoke night scanner' }).click();
  await answerDialog(page, 'Revoke "night scanner"?', 'Revoke');
  await expect(row).toContainText('revoked');
  await expect(row.getByRole('button')).toHaveCount(0);
});

async function countOf(house: House, personId: string): Promise<number> {
  const [{ n }] = await house.installation.query<{ n: number }>(
    'select count(*)::int n from "Annotation" where "userId" = $1',
    [personId],
  );
  return n;
}

test('an admin adds a person on the page, who can then sign in', async ({ open }) => {
  const page = await open(ADMIN);
  await page.goto('/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  const person = { name: 'Grace Newcomer', email: 'grace@example.org', password: 'a fine long password' };
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('textbox', { name: 'First password' }).fill(person.password);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: person.email })).toContainText('active');
  const own = await open(null);
  await own.goto('/sign-in');
  await fillSignIn(own, person);
  await own.waitForURL('**/label');
});
