import type { Page } from '@playwright/test';

/**
 * Hears what the server answers under some addresses, each answer before the page has it: read afterwards, its body may
 * be gone with the page, or dropped by the browser.
 */
export async function hear(
  page: Page,
  address: RegExp,
  note: (body: Buffer, url: string) => void,
): Promise<void> {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    if (response.ok()) note(body, response.url());
    await route.fulfill({ response, body });
  });
}
