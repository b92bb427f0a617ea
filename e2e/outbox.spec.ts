import type { BrowserContext, Page } from '@playwright/test';
import { v7 as uuidV7 } from 'uuid';
import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { answerDialog, fillSignIn, signOut } from './support/page.ts';
import { type Account, callAs, expect, type House, test } from './support/test.ts';
import { NETWORK_AWAY } from './support/trouble.ts';

interface Stored {
  readonly id: string;
  readonly windowId: string;
  readonly label: string;
  readonly surplus: boolean;
}

/** What the database itself holds of a person, in the order that it came in. */
function storedFor({ installation }: House, { id }: Account): Promise<Stored[]> {
  return installation.query<Stored & { [name: string]: unknown }>(
    'select id, "windowId", label, surplus from "Annotation" where "userId" = $1 order by "receivedAt", id',
    [id],
  );
}

/** Every answer is stored, once, in its order, and counts. */
async function expectStored(house: House, person: Account, windows: readonly string[]): Promise<void> {
  await expect
    .poll(async () => (await storedFor(house, person)).length, { timeout: 90_000 })
    .toBe(windows.length);
  const stored = await storedFor(house, person);
  expect(stored.map(({ windowId }) => windowId)).toEqual(windows);
  expect(new Set(stored.map(({ id }) => id)).size).toBe(windows.length);
  expect(stored.filter(({ surplus }) => surplus)).toEqual([]);
}

/** Answers so many windows, one key after the other, as fast as the page shows them. */
async function answerMany(label: LabelPage, count: number): Promise<string[]> {
  const given: string[] = [];
  for (let i = 0; i < count; i++) given.push(await label.answer(String(1 + (i % 5))));
  return given;
}

async function workOffline(page: Page): Promise<void> {
  await page.getByTestId('offline-work').click();
  await page.getByRole('button', { name: 'Bring the windows' }).click();
  await expect(page.getByTestId('offline-work')).toHaveText('250 held', { timeout: 60_000 });
  await expect(page.getByText('This page can be closed, reloaded and opened again')).toBeVisible();
  await page.keyboard.press('Escape');
}

/** The tab dies as if its process had been killed: nothing of the page gets to run. */
async function kill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Never answered: there is nobody left to answer it.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

async function newLabelPage(context: BrowserContext): Promise<LabelPage> {
  return LabelPage.open(await context.newPage());
}

test('offline for 200 answers, in one tab and after it was killed: all of them are stored once', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const label = await LabelPage.open(page);
  await workOffline(page);
  const context = page.context();
  await context.setOffline(true);
  const given = await answerMany(label, 120);
  await expect(label.outbox).toHaveText('offline, 120 kept');
  await expect(page.getByTestId('offline-work')).toHaveText('130 held');
  const inView = await label.windowId();
  await kill(page);

  // The page itself comes from this browser, and goes on at the window that was in view.
  const again = await newLabelPage(context);
  expect(await again.windowId()).toBe(inView);
  await expect(again.outbox).toHaveText('offline, 120 kept');
  expect(await again.undo()).toBe(given.pop());
  given.push(await again.answer('5'));
  given.push(...(await answerMany(again, 80)));
  await expect(again.outbox).toHaveText('offline, 202 kept');

  // Any other page says what is the matter, and comes up once the server is back.
  const explore = await context.newPage();
  await explore.goto('/explore?replay=true');
  await expect(explore.getByRole('heading', { name: 'The server cannot be reached' })).toBeVisible();
  await expectAccessible(explore, 'a page without the server');

  await context.setOffline(false);
  await expect(explore).toHaveURL(/\/explore\?replay=true$/);
  await expect(again.outbox).toHaveText('saved', { timeout: 90_000 });
  const stored = (await storedFor(house, person)).filter(({ label }) => label !== null);
  expect(stored).toHaveLength(201);
  const standing = await house.installation.query<{ windowId: string }>(
    `select "windowId" from "Annotation" a where "userId" = $1 and kind = 'label' and not surplus
     and not exists (select 1 from "Annotation" r where r."retractsId" = a.id) order by a.id`,
    [person.id],
  );
  expect(standing.map(({ windowId }) => windowId)).toEqual(given);
  expect(new Set(given).size).toBe(200);
});

test('a tab is killed with answers on the way, without working offline', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const context = page.context();
  const label = await LabelPage.open(page);
  await expect(label.ready).toHaveAttribute('data-reserve', '50');
  let sent = 0;
  // The server records some without the receipt coming back, and some never reach it.
  await context.route('**/api/v1/annotations', async (route) => {
    if (sent++ < 3) await route.fetch();
    await route.abort('connectionreset');
  });
  const given = await answerMany(label, 12);
  await kill(page);
  await context.unroute('**/api/v1/annotations');

  const again = await newLabelPage(context);
  expect(given).not.toContain(await again.windowId());
  given.push(...(await answerMany(again, 3)));
  await again.saved();
  await expectStored(house, person, given);
});

test('a laptop asleep past its leases: what was answered is kept, what others took is let go', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const other = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const context = page.context();
  await page.clock.install();
  const label = await LabelPage.open(page);
  await expect(label.ready).toHaveAttribute('data-reserve', '50');
  await context.setOffline(true);
  const before = await answerMany(label, 5);
  const inView = await label.windowId();

  // The lid is shut for hours: every lease runs out, and somebody else is given all these windows and answers some.
  await house.installation.query(
    `update "Lease" set "expiresAt" = now() at time zone 'utc' - interval '1 hour' where "userId" = $1`,
    [person.id],
  );
  const theirs = await claimMany(house, other);
  const lost = [before[0], inView];
  for (const windowId of lost) await answerByApi(house, other, theirs.get(windowId));

  await context.setOffline(false);
  await page.clock.fastForward('03:00:00');
  await expect(label.chart).not.toHaveAttribute('data-window', inView);
  await expect(page.getByText('While you were away your windows went back to the queue.')).toBeVisible();
  await label.saved();
  const after = await answerMany(label, 5);
  await label.saved();
  expect(after.filter((windowId) => theirs.has(windowId))).toEqual([]);
  const stored = await storedFor(house, person);
  expect(stored.map(({ windowId }) => windowId)).toEqual([...before, ...after]);
  // Theirs were in somebody else's hands by then: kept, and not counted a second time.
  expect(stored.map(({ surplus }) => surplus)).toEqual([
    ...before.map(() => true),
    ...after.map(() => false),
  ]);
  const doubled = await house.installation.query(
    `select "queueItemId" from "Annotation" a where kind = 'label' and not surplus and "queueItemId" is not null
     and not exists (select 1 from "Annotation" r where r."retractsId" = a.id) group by 1 having count(*) > 1`,
  );
  expect(doubled).toEqual([]);
});

interface Item {
  readonly itemId: string;
  readonly windowId: string;
}

/** Leases the next 250 windows to somebody. @returns them by window */
async function claimMany(house: House, person: Account): Promise<Map<string, Item>> {
  const session = await house.sessionOf(person);
  const body = { count: 250, holding: [] };
  const { items } = await callAs<{ items: Item[] }>(house.origin, session, 'POST', '/queues/1/claim', body);
  return new Map(items.map((item) => [item.windowId, item]));
}

async function answerByApi(house: House, person: Account, item: Item | undefined): Promise<void> {
  if (!item) throw new Error('the window was not among those that the other person was given');
  await callAs(house.origin, await house.sessionOf(person), 'POST', '/annotations', {
    kind: 'label',
    id: uuidV7(),
    windowId: item.windowId,
    itemId: item.itemId,
    label: 'none',
    elapsedMs: 900,
    answeredAt: new Date().toISOString(),
  });
}

test('signed out meanwhile: answers are kept, the page says so, and they go out once the person is back', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: /status of 401/ });
  const label = await LabelPage.open(page);
  const given = await answerMany(label, 2);
  await label.saved();
  await house.installation.query('delete from "Session" where "userId" = $1', [person.id]);
  given.push(...(await answerMany(label, 3)));
  await expect(label.outbox).toHaveText('signed out, 3 kept');
  await label.outbox.click();
  const words = page.getByTestId('outbox-words');
  await expect(words).toContainText(`3 answers by ${person.name} are kept in this browser.`);
  await words.getByRole('link', { name: 'Sign in' }).click();
  await expect(
    page.getByText(
      `3 answers by ${person.name} wait in this browser and go out when ${person.name} signs in here.`,
    ),
  ).toBeVisible();
  await fillSignIn(page, person);
  await page.waitForURL('**/label');
  await label.hasWindow();
  given.push(...(await answerMany(label, 2)));
  await label.saved();
  await expectStored(house, person, given);
});

test('another person signs in on that browser: each has their own windows and answers, and is told what waits', async ({
  house,
  open,
}) => {
  const [ann, ben] = [await house.newPerson(), await house.newPerson()];
  const page = await open(ann, { expected: new RegExp(`${NETWORK_AWAY.source}|status of 401`) });
  const context = page.context();
  const label = await LabelPage.open(page);
  await expect(label.ready).toHaveAttribute('data-reserve', '50');
  await context.route('**/api/v1/annotations', (route) => route.abort('internetdisconnected'));
  const annsWindows = await answerMany(label, 4);
  await expect(label.outbox).toHaveText('offline, 4 kept');
  const second = await newLabelPage(context);
  await signOut(second.page, ann.name);
  await answerDialog(second.page, '4 answers are not sent yet', 'Sign out');
  await second.page.waitForURL('**/sign-in');
  await context.unroute('**/api/v1/annotations');
  await fillSignIn(second.page, ben);
  await second.page.waitForURL('**/label');
  await second.hasWindow();

  // Ann's open page shows nothing of hers any more, and does nothing in Ben's name.
  await page.bringToFront();
  await expect(
    page.getByRole('heading', { name: `${ben.name} has signed in on this browser.` }),
  ).toBeVisible();
  await expect(page.getByText(`4 answers by ${ann.name} are kept in this browser`)).toBeVisible();
  await expect(label.chart).toHaveCount(0);
  const kept = await page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('halyard-reserve');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const read = opening.result.transaction('items').objectStore('items').getAllKeys();
          read.onsuccess = () => resolve(read.result.map((key) => String((key as string[])[0])));
        };
      }),
  );
  expect(new Set(kept)).toEqual(new Set([ben.id]));
  await page.close();

  const bens = await answerMany(second, 3);
  await second.saved();
  await second.outbox.click();
  await expect(second.page.getByTestId('outbox-words')).toContainText(
    `4 answers by ${ann.name} wait in this browser and go out when ${ann.name} signs in here.`,
  );
  await second.page.keyboard.press('Escape');
  expect(await storedFor(house, ann)).toEqual([]);
  await expectStored(house, ben, bens);

  await signOut(second.page, ben.name);
  await second.page.waitForURL('**/sign-in');
  await fillSignIn(second.page, ann);
  await second.page.waitForURL('**/label');
  await second.saved();
  await expectStored(house, ann, annsWindows);
  // Only what she had not answered went back to the queue.
  expect(bens.filter((window) => annsWindows.includes(window))).toEqual([]);
});

test('two tabs at once share what waits and no window; one of them sends', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const context = page.context();
  const tabs = [await LabelPage.open(page), await newLabelPage(context)];
  let sending = 0;
  let most = 0;
  await context.route('**/api/v1/annotations', async (route) => {
    most = Math.max(most, ++sending);
    const response = await route.fetch();
    sending--;
    await route.fulfill({ response });
  });
  const given: string[] = [];
  for (let i = 0; i < 15; i++) {
    const inView = await Promise.all(tabs.map((tab) => tab.windowId()));
    expect(inView[0]).not.toBe(inView[1]);
    for (const tab of tabs) {
      await tab.page.bringToFront();
      given.push(await tab.answer('1'));
    }
  }
  for (const tab of tabs) await tab.saved();
  expect(most).toBe(1);
  await context.unroute('**/api/v1/annotations');

  await context.setOffline(true);
  for (const tab of tabs) {
    await tab.page.bringToFront();
    given.push(...(await answerMany(tab, 3)));
  }
  for (const tab of tabs) await expect(tab.outbox).toHaveText('offline, 6 kept');
  // What the first tab had in hand goes to the second when the first is gone.
  const left = await tabs[0].windowId();
  await kill(tabs[0].page);
  await context.setOffline(false);
  await tabs[1].saved();
  const rest = await answerMany(tabs[1], 60);
  expect(rest).toContain(left);
  given.push(...rest);
  await tabs[1].saved();
  expect(new Set(given).size).toBe(given.length);
  const stored = await storedFor(house, person);
  expect(stored.map(({ windowId }) => windowId).sort()).toEqual([...given].sort());
  expect(stored.filter(({ surplus }) => surplus)).toEqual([]);
});
