import { expectAccessible } from './support/axe.ts';
import { GridPage } from './support/grid-page.ts';
import { type Account, callAs, expect, type House, test } from './support/test.ts';
import { NETWORK_AWAY } from './support/trouble.ts';

interface Stored {
  windowId: string;
  label: string | null;
  skipReason: string | null;
}

/** The person's answers that stand, as the database has them. */
function standing({ installation }: House, { id }: Account): Promise<Stored[]> {
  return installation.query<Stored>(
    `select a."windowId", a.label, a."skipReason" from "Annotation" a
      where a."userId" = $1 and a.kind <> 'retraction'
        and not exists (select 1 from "Annotation" r where r."retractsId" = a.id) order by a.id`,
    [id],
  );
}

const by = (a: Stored, b: Stored) => (a.windowId < b.windowId ? -1 : 1);
const asFlag = (windows: readonly string[]): Stored[] =>
  windows.map((windowId) => ({ windowId, label: 'flag', skipReason: null })).sort(by);

test('a page of 24 with two corrections is confirmed by keyboard and stored as 24 answers, once, though its first sending is lost', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: /ERR_FAILED/ });
  let sent = 0;
  await page.route('**/api/v1/pages', async (route) => {
    if (++sent > 1) return route.continue();
    // The server has it, but its receipt does not arrive.
    await route.fetch();
    await route.abort();
  });
  await page.goto('/label');
  await expect(page.getByRole('region', { name: 'Chart' })).toBeVisible();
  await page.keyboard.press('v');
  const grid = new GridPage(page);
  await expect(grid.cells).toHaveCount(24);
  await expect(page).toHaveURL(/mode=grid/);
  const windows = await grid.windows();
  await grid.press('ArrowRight', '2', 'ArrowDown', '5');
  await expect(grid.summary).toHaveText('22 flag · 2 exceptions');
  await grid.submit();
  await grid.saved();

  expect(sent).toBeGreaterThan(1);
  const expected = asFlag(windows).map((one) => ({
    ...one,
    label: one.windowId === windows[1] ? 'wedge' : one.windowId === windows[7] ? 'none' : 'flag',
  }));
  expect((await standing(house, person)).sort(by)).toEqual(expected);
  const pages = await house.installation.query(
    'select "suggestedClass", cells from "GridPage" where "userId" = $1',
    [person.id],
  );
  expect(pages).toEqual([{ suggestedClass: 'flag', cells: 24 }]);
  // The next page was drawn already, and is another.
  expect((await grid.windows()).filter((window) => windows.includes(window))).toEqual([]);
});

test('undo takes whole pages back and shows them with their exceptions, also after a reload', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const grid = await GridPage.open(page, '&size=12');
  await expect(grid.cells).toHaveCount(12);
  await grid.press('ArrowRight', '3');
  const first = await grid.submit();
  await expect(grid.cells.first()).not.toHaveAttribute('data-window', first[0]);
  await grid.press('s');
  const second = await grid.submit();
  await grid.saved();
  expect(await standing(house, person)).toHaveLength(24);

  await grid.press('u');
  await expect(grid.cells.first()).toHaveAttribute('data-window', second[0]);
  expect(await grid.windows()).toEqual(second);
  expect(await grid.marked()).toEqual([[second[0], 'skip']]);
  await expect(grid.pages).toHaveAttribute('data-count', '1');
  await grid.saved();
  expect(await standing(house, person)).toHaveLength(12);

  await page.reload();
  await expect(grid.pages).toHaveAttribute('data-count', '1');
  await grid.press('u');
  await expect(grid.cells.first()).toHaveAttribute('data-window', first[0]);
  expect(await grid.windows()).toEqual(first);
  expect(await grid.marked()).toEqual([[first[1], 'blowoff']]);
  await grid.saved();
  expect(await standing(house, person)).toEqual([]);
  // Nothing is ever rewritten: what was said and what took it back are all there.
  const rows = await house.installation.query<{ kind: string; count: number }>(
    'select kind::text, count(*)::int from "Annotation" where "userId" = $1 group by kind order by kind::text',
    [person.id],
  );
  expect(rows).toEqual(
    [
      { kind: 'label', count: 23 },
      { kind: 'skip', count: 1 },
      { kind: 'retraction', count: 24 },
    ].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
  );
  await grid.submit();
  await grid.saved();
  expect(await standing(house, person)).toHaveLength(12);
});

test('pages submitted without the server wait in this browser and are stored once it is back', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const grid = await GridPage.open(page, '&size=12');
  await expect(grid.ready).toHaveAttribute('data-count', '2');
  await page.context().setOffline(true);
  const windows = [...(await grid.submit()), ...(await grid.submit()), ...(await grid.submit())];
  expect(new Set(windows).size).toBe(36);
  await expect(grid.outbox).toHaveText('offline, 36 kept');
  await expect(page.getByRole('heading', { name: 'Every page in hand is answered' })).toBeVisible();
  // One of them is taken back before anybody has heard of it.
  await grid.press('u');
  await expect(grid.cells).toHaveCount(12);
  expect(await grid.windows()).toEqual(windows.slice(24));
  expect(await standing(house, person)).toEqual([]);
  await page.context().setOffline(false);
  await grid.saved();
  expect((await standing(house, person)).sort(by)).toEqual(asFlag(windows.slice(0, 24)));
});

test('what there is none of says so and leads on; what fails is tried again in its place', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: /status of 500/ });
  let broken = true;
  await page.route('**/page', (route) =>
    broken
      ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'The disk is full.' } } })
      : route.continue(),
  );
  await page.goto('/label?mode=grid');
  await expect(page.getByRole('heading', { name: 'Windows could not be fetched' })).toBeVisible();
  await expect(page.getByText('The disk is full. Pages already submitted are kept.')).toBeVisible();
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  const grid = new GridPage(page);
  await expect(grid.cells).toHaveCount(24);

  const some = await grid.windows();
  const { id } = await house.asAdmin<{ id: number }>('POST', '/queues', { name: 'Few flags', filter: null });
  await house.installation.query(
    `insert into "QueueItem" ("queueId", position, "windowId", "seriesId", ts, "clearFrom", "suggestedClass")
     select $1, row_number() over (), w.id, w."seriesId", w.ts, w.ts + 64 * s."timeframeMs", 'flag'
       from "Window" w join "Series" s on s.id = w."seriesId" where w.id = any($2::uuid[])`,
    [id, some.slice(0, 5)],
  );
  const other = await open(await house.newPerson());
  const few = await GridPage.open(other, `&queue=${id}`);
  await expect(few.cells).toHaveCount(5);
  await few.submit();
  await expect(
    other.getByRole('heading', { name: 'No more windows suggested as flag for you' }),
  ).toBeVisible();
  await expectAccessible(other, 'a grid without windows');
  await few.press('c');
  await expect(
    other.getByRole('heading', { name: 'No more windows suggested as wedge for you' }),
  ).toBeVisible();
  await few.press('u');
  await expect(few.cells).toHaveCount(5);
  await expect(other).not.toHaveURL(/class=wedge/);
});

test('planted windows that are passed over send the pages back, and the person is told', async ({
  house,
  open,
}) => {
  const reviewer = await house.sessionOf(await house.newPerson('reviewer'));
  // Rules take them for flags; gold knows better. Far from the front of the queue, so that nobody meets them before.
  const planted = await house.installation.query<{ windowId: string }>(
    `select "windowId" from "QueueItem" where "queueId" = 1 and "suggestedClass" = 'flag' order by position desc limit 60`,
  );
  for (const { windowId } of planted)
    await callAs(house.origin, reviewer, 'POST', `/windows/${windowId}/gold`, { label: 'wedge' });
  await callAs(house.origin, reviewer, 'POST', '/gold/versions', { note: 'surely wedges' });

  const person = await house.newPerson();
  const page = await open(person);
  const grid = await GridPage.open(page, '&size=48');
  await expect(grid.cells).toHaveCount(48);
  const noticed = page.getByTestId('catch-rate');
  const back = page.getByRole('heading', { name: /went back to the queue/ });
  // One in forty is planted, and eight are needed to judge by.
  for (let pages = 0; pages < 30 && !(await back.isVisible()); pages++) {
    await grid.submit();
    await grid.saved();
    await expect(back.or(grid.grid)).toBeVisible();
  }
  await expect(back).toBeVisible();
  await expect(page.getByText(/you noticed 0 of \d+/)).toBeVisible();
  await expect(noticed).toHaveText(/^noticed 0 of \d+ planted, 0–\d+ %$/);
  await expectAccessible(page, 'pages that went back');
  expect(await standing(house, person)).toEqual([]);
  await expect(grid.pages).toHaveAttribute('data-count', '0');
  // An Enter that was meant for a page does not pass over the message.
  await expect
    .poll(async () => {
      await grid.press('Enter');
      return grid.grid.isVisible();
    })
    .toBe(true);
  const [{ pages, returned }] = await house.installation.query<{ pages: number; returned: number }>(
    'select count(*)::int as pages, count("returnedAt")::int as returned from "GridPage" where "userId" = $1',
    [person.id],
  );
  expect(pages).toBeGreaterThan(0);
  expect(returned).toBe(pages);
});

test('keys show themselves, change class and size and go back to single windows; nothing of it needs a mouse', async ({
  house,
  open,
}) => {
  const page = await open(await house.newPerson());
  const grid = await GridPage.open(page);
  await expect(grid.grid).toHaveAccessibleName('24 windows suggested as flag');
  await grid.press('c');
  await expect(grid.grid).toHaveAccessibleName('24 windows suggested as wedge');
  await expect(page).toHaveURL(/class=wedge/);
  await grid.press('-');
  await expect(grid.cells).toHaveCount(48);
  await expect(page).toHaveURL(/size=48/);
  await grid.press('+', '+');
  await expect(grid.cells).toHaveCount(12);
  await page.reload();
  await expect(grid.grid).toHaveAccessibleName('12 windows suggested as wedge');
  await grid.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await expect(dialog).toContainText('take the last page back, whole');
  await grid.press('5', 'Escape');
  await expect(dialog).toBeHidden();
  expect(await grid.marked()).toEqual([]);
  await grid.press('v');
  await expect(page.getByRole('region', { name: 'Chart' })).toBeVisible();
  await expect(page).not.toHaveURL(/mode=grid/);
});

test('axe finds nothing on the grid as people work in it, light and dark', async ({ house, open }) => {
  const page = await open(await house.newPerson());
  const grid = await GridPage.open(page);
  await grid.press('ArrowRight', '2', 'ArrowRight', 's');
  await expectAccessible(page, 'a page of the grid');
  await grid.submit();
  await grid.saved();
  await expectAccessible(page, 'the grid after a page');
});
