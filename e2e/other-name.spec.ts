import { chromium } from '@playwright/test';
import { LabelPage } from './support/label-page.ts';
import { fillSignIn } from './support/page.ts';
import { expect, test } from './support/test.ts';
import { watchForTrouble } from './support/trouble.ts';

const NAME = 'halyard.test';
/** The browser says so itself, of a header that it can only honour in a secure context. */
const NOT_SECURE = /Cross-Origin-Opener-Policy header has been ignored|origin-keyed|Cross-Origin-Embedder/;

test.afterEach(async ({ house }) => {
  await house.installation.stop();
  await house.installation.start();
});

test('under another name over plain http, which is no secure context, everything works', async ({
  house,
  launchOptions,
}) => {
  const { installation } = house;
  const person = await house.newPerson();
  const origin = `http://${NAME}:${installation.port}`;
  await installation.stop();
  await installation.start({ HOST: '0.0.0.0', HALYARD_URL: origin });
  expect(installation.origin).toBe(origin);
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${NAME} 127.0.0.1`],
  });
  try {
    const context = await browser.newContext({ baseURL: origin, viewport: { width: 1440, height: 900 } });
    const verdict = await watchForTrouble(context, NOT_SECURE);
    const page = await context.newPage();
    await page.goto('/');
    await page.waitForURL('**/sign-in');
    await fillSignIn(page, person);
    await page.waitForURL('**/label');
    expect(
      await page.evaluate(() => ({
        secure: isSecureContext,
        isolated: crossOriginIsolated,
        locks: 'locks' in navigator,
        subtle: 'subtle' in crypto,
      })),
    ).toEqual({ secure: false, isolated: false, locks: false, subtle: false });

    const label = new LabelPage(page);
    await label.hasWindow();
    const given: string[] = [];
    for (const key of ['1', 'Space', '5', '3', 'Space']) given.push(await label.answer(key));
    await label.saved();
    const rows = await installation.query<{ windowId: string }>(
      'select "windowId" from "Annotation" where "userId" = $1 order by id',
      [person.id],
    );
    expect(rows.map(({ windowId }) => windowId)).toEqual(given);
    await context.close();
    verdict();
  } finally {
    await browser.close();
  }
});
