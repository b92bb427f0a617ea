import { type BrowserContext, expect, type Page } from '@playwright/test';
import type { Installation } from './installation.ts';

export const ADMIN = { name: 'Ada Admin', email: 'ada@example.org', password: 'correct horse battery' };

/** Makes the first admin through the link that start-up printed; the page then shows labelling. */
export async function becomeAdmin(page: Page, installation: Installation): Promise<void> {
  await page.goto(installation.link);
  await page.getByLabel('Name').fill(ADMIN.name);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Become admin' }).click();
  await page.waitForURL('**/label');
}

export async function signIn(
  page: Page,
  origin: string,
  person: { email: string; password: string },
): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/label');
}

/**
 * Fails the test on what a careful browser complains about: errors in the console, uncaught exceptions, and anything the
 * Content-Security-Policy had to refuse.
 * @returns asks for the verdict; call it at the end
 */
export async function watchForTrouble(context: BrowserContext): Promise<() => void> {
  const trouble: string[] = [];
  await context.exposeFunction('reportViolation', (text: string) => trouble.push(`policy: ${text}`));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation(text: string): void }).reportViolation;
      report(`${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.on('weberror', (error) =>
    trouble.push(`exception: ${error.error().stack ?? error.error().message}`),
  );
  context.on('console', (message) => {
    if (message.type() === 'error') trouble.push(`console: ${message.text()} (${message.location().url})`);
  });
  return () => expect(trouble).toEqual([]);
}
