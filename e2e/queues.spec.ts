import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { ExplorePage } from './support/explore-page.ts';
import { LabelPage } from './support/label-page.ts';
import { expect, type House, test } from './support/test.ts';

const queuesOf = (page: Page) => page.getByRole('grid', { name: 'Queues' });
const rowOf = (page: Page, name: string) => queuesOf(page).getByRole('row').filter({ hasText: name });
const drawerOf = (page: Page, title: string) => page.getByRole('dialog', { name: title });

async function openQueues(page: Page): Promise<void> {
  await page.goto('/review/queues');
  await expect(queuesOf(page)).toBeVisible();
}

/** Walks to a control as a keyboard does. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  // A chip's own checkbox has no size.
  await expect(control).toBeAttached();
  for (let steps = 0; steps < 100; steps++) {
    if (await control.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${control}`);
}

async function fill(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

async function press(page: Page, button: Locator): Promise<void> {
  await tabTo(page, button);
  await page.keyboard.press('Enter');
}

/** The queue with this name, as the database holds it. */
async function queueNamed(house: House, name: string) {
  const [queue] = await house.installation.query<{ id: number; overlap: number; paused: boolean }>(
    'SELECT id, overlap, paused FROM "Queue" WHERE name = $1',
    [name],
  );
  return queue;
}

interface Item {
  suggestedClass: string;
  placedBy: string;
  inclusionProbability: number | null;
}

function itemsOf(house: House, name: string): Promise<Item[]> {
  return house.installation.query<Item>(
    `SELECT i."suggestedClass", i."placedBy"::text, i."inclusionProbability" FROM "QueueItem" i JOIN "Queue" q ON q.id = i."queueId"
      WHERE q.name = $1 ORDER BY i.position`,
    [name],
  );
}

/** A queue that holds so many windows of a series, by a filter for their time. */
async function smallQueue(house: House, name: string, count: number): Promise<number> {
  const windows = await house.installation.query<{ symbol: string; timeframe: string; ts: number }>(
    `SELECT s.venue || ':' || s.symbol AS symbol, s.timeframe, w.ts FROM "Window" w JOIN "Series" s ON s.id = w."seriesId"
       JOIN "WeakLabel" l ON l."windowId" = w.id
      WHERE l.kind = 'event' AND s.id = (SELECT max(id) FROM "Series") ORDER BY w.ts LIMIT $1`,
    [count],
  );
  const filter = {
    kinds: ['event'],
    symbols: [windows[0].symbol],
    timeframes: [windows[0].timeframe],
    from: windows[0].ts,
    to: windows[count - 1].ts,
  };
  const { id } = await house.asAdmin<{ id: number }>('POST', '/queues', { name, filter });
  await expect.poll(async () => (await itemsOf(house, name)).length).toBe(count);
  return id;
}

test('a queue is made, watched while it fills, labelled from, changed, paused and archived by keyboard', async ({
  house,
  open,
}) => {
  const name = 'Flags by keyboard';
  const page = await open(await house.newPerson('reviewer'));
  await openQueues(page);
  await page.keyboard.press('n');
  const form = drawerOf(page, 'New queue');
  await expect(form.getByLabel('Name')).toBeFocused();
  await page.keyboard.type(name);
  await tabTo(page, form.getByRole('checkbox', { name: 'Flag' }));
  await page.keyboard.press('Space');
  await expect(form.getByText(/^Takes/)).toHaveText(/Takes [\d,]+ windows/);
  await fill(page, form.getByLabel('Share of Random'), '20');
  await page.keyboard.press('Enter');
  await expect(form.getByText('The shares add up to 120 %; they must add up to 100 %')).toBeVisible();
  await fill(page, form.getByLabel('Share of Class deficit'), '80');
  await fill(page, form.getByLabel('Wanted labels of Flag'), '50');
  await expect(form.getByTestId('preview')).not.toHaveAttribute('data-old');
  const taken = Number(((await form.getByText(/^Takes/).textContent()) ?? '').replace(/\D/g, ''));
  await page.keyboard.press('Enter');

  const drawer = drawerOf(page, name);
  await expect(drawer).toBeVisible();
  await expect(drawer.getByText(/^Ordered .*: [\d,]+ windows placed\.$/)).toBeVisible({ timeout: 60_000 });
  const items = await itemsOf(house, name);
  expect(items).toHaveLength(taken);
  expect(new Set(items.map(({ suggestedClass }) => suggestedClass))).toEqual(new Set(['flag']));
  expect(items.slice(0, 50).filter(({ placedBy }) => placedBy === 'random')).toHaveLength(10);
  for (const { placedBy, inclusionProbability } of items)
    if (placedBy === 'random') expect(inclusionProbability).toBeCloseTo(0.2, 9);

  await press(page, drawer.getByRole('link', { name: 'Label' }));
  await page.waitForURL(/\/label\?queue=\d+/);
  const label = new LabelPage(page);
  await label.hasWindow();
  expect(await label.suggested()).toBe('flag');
  await label.answer('1');
  await label.answer('Space');
  await label.saved();

  const { id } = await queueNamed(house, name);
  await page.goto(`/review/queues?queue=${id}`);
  await expect(rowOf(page, name)).toContainText('2/50');
  await fill(page, drawer.getByLabel('Share of Class deficit'), '50');
  await fill(page, drawer.getByLabel('Share of Random'), '50');
  await fill(page, drawer.getByLabel('People a window'), '2');
  await page.keyboard.press('Enter');
  await expect(rowOf(page, name)).toContainText('deficit 50 · random 50');
  await expect
    .poll(
      async () =>
        (await itemsOf(house, name)).filter((item) => Math.abs((item.inclusionProbability ?? 0) - 0.5) < 1e-9)
          .length,
    )
    .toBeGreaterThan(taken / 3);
  expect((await queueNamed(house, name)).overlap).toBe(2);

  await press(page, drawer.getByRole('button', { name: 'Pause' }));
  await expect(drawer.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expect.poll(async () => (await queueNamed(house, name)).paused).toBe(true);
  const analyst = await open(await house.newPerson());
  await analyst.goto(`/label?queue=${id}`);
  await expect(analyst.getByRole('status').filter({ hasText: `“${name}” is paused.` })).toBeVisible();

  await press(page, drawer.getByRole('button', { name: 'Archive' }));
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(rowOf(page, name)).toBeHidden();
  await expect(page.getByText(`“${name}” is archived`)).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Undo' }));
  await expect(rowOf(page, name)).toContainText('paused');
});

test('analysts do not get the page', async ({ house, open }) => {
  const page = await open(await house.newPerson(), { expected: /status of 404/ });
  expect((await page.goto('/review/queues'))?.status()).toBe(404);
  await LabelPage.open(page);
  await expect(page.getByRole('navigation', { name: 'Pages' }).getByText('Review')).toBeHidden();
  await page.keyboard.press('a');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a queue with nothing left says why, and others are a key away', async ({ house, open }) => {
  const name = 'Three windows';
  const id = await smallQueue(house, name, 3);
  const page = await open(await house.newPerson());
  await page.goto(`/label?queue=${id}`);
  const label = new LabelPage(page);
  await expect(label.chart).toBeVisible();
  await label.answer('5');
  await label.answer('5');
  await page.keyboard.press('5');
  await expect(page.getByRole('heading', { name: 'This queue has nothing more for you' })).toBeVisible();
  await expect(page.getByText(`Every window of “${name}” has its answers.`)).toBeVisible();
  await label.saved();
  await expectAccessible(page, 'label, nothing left');
  const others = page.getByRole('navigation', { name: 'Other queues' });
  const first = others.getByRole('button').first();
  await expect(first).toContainText('waiting');
  await page.waitForTimeout(1_000);
  await page.keyboard.press('1');
  await label.hasWindow();
  await expect(page).not.toHaveURL(new RegExp(`queue=${id}$`));

  // The same in grid mode, where a class may be used up before the queue is.
  await page.goto(`/label?queue=${id}&mode=grid`);
  await expect(
    page.getByRole('heading', { name: 'No more windows suggested as flag for you' }),
  ).toBeVisible();
  await expect(others.getByRole('button').first()).toContainText('waiting');
});

test('a raised number of people opens answered windows again', async ({ house, open }) => {
  const name = 'Once more';
  const id = await smallQueue(house, name, 2);
  const first = await open(await house.newPerson());
  await first.goto(`/label?queue=${id}`);
  await expect(new LabelPage(first).chart).toBeVisible();
  await new LabelPage(first).answer('5');
  await first.keyboard.press('5');
  await expect(first.getByText(`Every window of “${name}” has its answers.`)).toBeVisible();

  const page = await open(await house.newPerson('reviewer'));
  await page.goto(`/review/queues?queue=${id}`);
  await expect(rowOf(page, name)).toContainText('done');
  await fill(page, drawerOf(page, name).getByLabel('People a window'), '2');
  await page.keyboard.press('Enter');
  await expect(rowOf(page, name)).toContainText('2 of 2');

  const second = await open(await house.newPerson());
  await second.goto(`/label?queue=${id}`);
  await expect(new LabelPage(second).chart).toBeVisible();
});

test('a class is mined into a queue of its own', async ({ house, open }) => {
  const page = await open(await house.newPerson('reviewer'));
  await openQueues(page);
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Mine a class' });
  await tabTo(page, dialog.getByRole('combobox', { name: 'Class' }));
  await page.keyboard.press('Enter');
  const option = page.getByRole('option', { name: /^Blowoff/ });
  await expect(option).toBeVisible();
  for (let steps = 0; steps < 5; steps++) {
    if ((await option.getAttribute('data-combobox-selected')) !== null) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await fill(page, dialog.getByLabel('Windows to find'), '30');
  await fill(page, dialog.getByLabel('Name'), 'Mined blowoffs');
  await page.keyboard.press('Enter');
  const drawer = drawerOf(page, 'Mined blowoffs');
  await expect(drawer.getByText(/: 30 windows placed\.$/)).toBeVisible({ timeout: 120_000 });
  const items = await itemsOf(house, 'Mined blowoffs');
  expect(items).toHaveLength(30);
  for (const item of items)
    expect(item).toMatchObject({ suggestedClass: 'blowoff', placedBy: 'mined', inclusionProbability: null });
});

test('a reviewer makes a queue of what Explore shows', async ({ house, open }) => {
  const page = await open(await house.newPerson('reviewer'));
  const explore = await ExplorePage.choose(page, 'hotel 1h');
  await page.getByRole('button', { name: 'Show None' }).click();
  await explore.drawn();
  // The events come apart from the bars.
  await expect.poll(() => explore.marksInView('rules')).toBeGreaterThan(0);
  const marks = await explore.marksInView('rules');
  await page.keyboard.press('q');
  const form = drawerOf(page, 'New queue');
  await expect(form.getByText(/^Takes/)).toHaveText(new RegExp(`^Takes ${marks} windows`));
  await page.keyboard.type('Seen in Explore');
  await page.keyboard.press('Enter');
  await expect(
    drawerOf(page, 'Seen in Explore').getByText(new RegExp(`: ${marks} windows placed\\.$`)),
  ).toBeVisible({ timeout: 60_000 });
});

test('axe finds nothing on the queues page, its drawer and its dialogs', async ({ house, open }) => {
  const id = await smallQueue(house, 'For axe', 5);
  const page = await open(await house.newPerson('reviewer'));
  await openQueues(page);
  await expectAccessible(page, 'queues');
  await page.goto(`/review/queues?queue=${id}`);
  await expect(drawerOf(page, 'For axe').getByText(/^Takes/)).toBeVisible();
  await expectAccessible(page, 'a queue');
  await page.goto('/review/queues?queue=new');
  await expect(drawerOf(page, 'New queue').getByText(/^Takes/)).toBeVisible();
  await expectAccessible(page, 'a new queue');
  await fill(page, drawerOf(page, 'New queue').getByLabel('Series', { exact: true }), 'hotel');
  await expect(page.getByRole('option').first()).toHaveText(/hotel/i);
  await openQueues(page);
  await page.keyboard.press('m');
  await expect(page.getByRole('dialog', { name: 'Mine a class' })).toBeVisible();
  await expectAccessible(page, 'mining');
});
