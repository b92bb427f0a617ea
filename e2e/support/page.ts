import type { Page } from '@playwright/test';

export const ADMIN = { name: 'Ada Admin', email: 'ada@example.org', password: 'correct horse battery' };

/** Makes the first admin through the link that start-up printed; the page then shows labelling. */
export async function becomeAdmin(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name').fill(ADMIN.name);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Become admin' }).click();
  await page.waitForURL('**/label');
}

/** Fills the sign-in form of the page in view, and sends it. */
export async function fillSignIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Asks to be signed out through the menu of the person who is signed in. */
export async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `${name}, ` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** Presses a button of the dialog that asks something. */
export async function answerDialog(page: Page, title: string, button: string): Promise<void> {
  await page.getByRole('dialog', { name: title }).getByRole('button', { name: button }).click();
}

/** Signs in; the page then shows labelling. */
export async function signIn(
  page: Page,
  origin: string,
  person: { email: string; password: string },
): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await fillSignIn(page, person);
  await page.waitForURL('**/label');
}
