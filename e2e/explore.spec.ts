import type { Page } from '@playwright/test';
import { decodeBars } from '../lib/core/bar-codec.ts';
import { expectAccessible } from './support/axe.ts';
import { ExplorePage } from './support/explore-page.ts';
import { hear } from './support/hear.ts';
import { LabelPage } from './support/label-page.ts';
import { ADMIN, expect, type House, test } from './support/test.ts';
import { NETWORK_AWAY } from './support/trouble.ts';
import { publishUntrainedModel } from './support/untrained-model.ts';

const HOUR = 3_600_000;

interface StoredAnswer {
  kind: string;
  label: string | null;
  ts: number;
  sawFuture: boolean;
}

/** What the database holds of a person's answers, oldest first. */
function answersOf(house: House, person: { id: string }): Promise<StoredAnswer[]> {
  return house.installation.query<StoredAnswer>(
    `SELECT a.kind::text, a.label, w.ts, a."sawFuture" FROM "Annotation" a JOIN "Window" w ON w.id = a."windowId"
      WHERE a."userId" = $1 ORDER BY a."receivedAt"`,
    [person.id],
  );
}

/** Stamps of the last bar of every answer that holds bars. */
async function watchBars(page: Page): Promise<number[]> {
  const stamps: number[] = [];
  await hear(page, /\/explore\/series\/\d+\/bars/, (body) => {
    const { ts } = decodeBars(new Uint8Array(body));
    if (ts.length > 0) stamps.push(ts[ts.length - 1]);
  });
  return stamps;
}

test('by keyboard alone: choose a series, zoom, jump between events, label a bar, take it back', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const explore = await ExplorePage.choose(page, 'bravo 1h');
  expect(await explore.level()).toBe(1);
  for (let i = 0; i < 12; i++) await page.keyboard.press('-');
  await expect.poll(() => explore.level()).toBeGreaterThan(1);
  await explore.drawn();
  await page.keyboard.press('0');
  await expect.poll(() => explore.level()).toBe(64);
  await explore.drawn();
  for (let i = 0; i < 26; i++) await page.keyboard.press('+');
  await expect.poll(() => explore.level()).toBe(1);
  await expect.poll(() => explore.marksInView('rules')).toBeGreaterThan(0);

  const last = await explore.cursor();
  const event = await explore.move('k');
  expect(event).toBeLessThan(last);
  await expect(explore.said).toContainText('rules: ');
  const earlier = await explore.move('[');
  expect(earlier).toBeLessThan(event);
  expect(await explore.move('j')).toBe(event);
  expect(await explore.move(',')).toBe(event - HOUR);

  await page.keyboard.press('2');
  await expect(explore.armed).toHaveAttribute('data-class', 'wedge');
  await expect(explore.chart).not.toHaveAttribute('data-end', '40000');
  await page.keyboard.press('Escape');
  await expect(explore.armed).toBeHidden();
  await expect(explore.chart).toHaveAttribute('data-end', '40000');
  await page.keyboard.press('1');
  await page.keyboard.press('1');
  await expect(explore.armed).toBeHidden();
  await expect(explore.said).toContainText('people: Flag, you');
  await explore.saved();
  const given = { kind: 'label', label: 'flag', ts: event - HOUR, sawFuture: true };
  expect(await answersOf(house, person)).toEqual([given]);

  await explore.move('End');
  await page.keyboard.press('u');
  await expect(explore.readout).toHaveAttribute('data-cursor', String(event - HOUR));
  await expect(explore.said).not.toContainText('people:');
  await explore.saved();
  expect((await answersOf(house, person)).map(({ kind }) => kind)).toEqual(['label', 'retraction']);
});

test('a label and its undo survive a reload, and the address holds the view', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person);
  const explore = await ExplorePage.choose(page, 'bravo 15m');
  await explore.goTo('2025-03-04 12:00');
  await page.keyboard.press('5');
  await page.keyboard.press('Enter');
  await expect(explore.said).toContainText('people: None, you');
  await explore.saved();
  await page.keyboard.press('l');
  await expect.poll(() => page.url()).toContain(`at=${Date.UTC(2025, 2, 4, 12)}`);
  await expect.poll(() => page.url()).toContain('log=true');
  const address = page.url();
  await page.reload();
  await explore.drawn();
  expect(await explore.cursor()).toBe(Date.UTC(2025, 2, 4, 12));
  expect(page.url()).toBe(address);
  await expect(explore.said).toContainText('people: None, you');
  await page.keyboard.press('Backspace');
  await expect(explore.said).not.toContainText('people:');
  await explore.saved();
  expect((await answersOf(house, person)).map(({ kind }) => kind)).toEqual(['label', 'retraction']);
});

test('a bar without a valid window says why, and is not labelled', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person);
  const explore = await ExplorePage.choose(page, 'bravo 1h');
  await explore.move('Home');
  await expect(explore.said).toContainText('only 0 bars lie before it');
  await page.keyboard.press('1');
  await page.keyboard.press('1');
  await expect(explore.readout.getByRole('status')).toContainText('128 are needed');
  await expect(explore.armed).toBeHidden();
  expect(await answersOf(house, person)).toEqual([]);
});

test('a replay asks for no bar after its cursor, and its labels did not see the future', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const stamps = await watchBars(page);
  const explore = await ExplorePage.choose(page, 'charlie 1h', 'replay');
  await expect(explore.honesty).toHaveAttribute('data-saw', 'false');
  const start = await explore.cursor();
  await page.keyboard.press('4');
  await page.keyboard.press('4');
  await expect(explore.said).toContainText('people: Wick exhaustion, you');
  for (let i = 0; i < 5; i++) await explore.move('.');
  await explore.drawn();
  await page.keyboard.press('1');
  await page.keyboard.press('1');
  await expect(explore.said).toContainText('people: Flag, you');
  const cursor = await explore.cursor();
  expect(cursor).toBe(start + 5 * HOUR);
  expect(stamps.length).toBeGreaterThan(0);
  expect(Math.max(...stamps)).toBe(cursor);

  // Back where it began, what came next has been seen.
  for (let i = 0; i < 5; i++) await explore.move(',');
  await expect(explore.honesty).toHaveAttribute('data-saw', 'true');

  // Leaving asks first, as it cannot be undone.
  await explore.move('.');
  for (let i = 0; i < 4; i++) await explore.move('.');
  await page.keyboard.press('r');
  await expect(explore.readout.getByRole('status')).toContainText('Press R once more');
  await expect(explore.honesty).toHaveAttribute('data-saw', 'false');
  expect(Math.max(...stamps)).toBe(cursor);
  await page.keyboard.press('r');
  await expect(explore.honesty).toHaveAttribute('data-saw', 'true');
  await explore.drawn();
  await expect.poll(() => Math.max(...stamps)).toBeGreaterThan(cursor);

  // A new replay, after a reload too, cannot make it unseen.
  await page.keyboard.press('r');
  await expect.poll(() => page.url()).toContain('replay=true');
  await explore.drawn();
  await page.reload();
  await explore.drawn();
  await expect(explore.honesty).toHaveAttribute('data-saw', 'true');
  await page.keyboard.press('2');
  await page.keyboard.press('2');
  await expect(explore.said).toContainText('saw what came next');
  await explore.saved();
  expect((await answersOf(house, person)).map(({ label, sawFuture }) => [label, sawFuture])).toEqual([
    ['wick_exhaustion', false],
    ['flag', false],
    ['wedge', true],
  ]);
});

test('an analyst sees no one else’s labels, a reviewer sees all with their names', async ({
  house,
  open,
}) => {
  const [ana, ben, rita] = [
    await house.newPerson(),
    await house.newPerson(),
    await house.newPerson('reviewer'),
  ];
  const label = async (person: typeof ana, key: string) => {
    const explore = await ExplorePage.choose(await open(person), 'delta 1h');
    await explore.goTo('2024-02-03');
    await explore.page.keyboard.press(key);
    await explore.page.keyboard.press(key);
    await expect(explore.said).toContainText('you');
    await explore.saved();
    // A reload comes back to what the address holds, which follows the cursor a moment later.
    await expect.poll(() => explore.page.url()).toContain(`at=${Date.UTC(2024, 1, 3)}`);
    return explore;
  };
  await label(ana, '1');
  const bens = await label(ben, '5');
  await bens.page.reload();
  await bens.drawn();
  await expect(bens.said).toContainText('people: None, you');
  await expect(bens.said).not.toContainText('Flag');
  const ritas = await ExplorePage.choose(await open(rita), 'delta 1h');
  await ritas.goTo('2024-02-03');
  await expect(ritas.said).toContainText(`Flag, ${ana.name}`);
  await expect(ritas.said).toContainText(`None, ${ben.name}`);
});

test('without the server what is shown stays, a label is refused in words, and all goes on afterwards', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const explore = await ExplorePage.choose(page, 'echo 1h');
  await explore.goTo('2024-02-03');
  await explore.drawn();
  await page.context().setOffline(true);
  await explore.goTo('2021-02-03');
  await expect(page.getByText('The server cannot be reached; what is shown is from before.')).toBeVisible();
  await page.keyboard.press('1');
  await page.keyboard.press('1');
  await expect(explore.readout.getByRole('status')).toContainText('Nothing was recorded');
  await expect(explore.armed).toBeVisible();
  await page.context().setOffline(false);
  await page.keyboard.press('1');
  await expect(explore.armed).toBeHidden();
  await explore.drawn();
  await expect(page.getByText('The server cannot be reached; what is shown is from before.')).toBeHidden();
  await explore.saved();
  expect(await answersOf(house, person)).toHaveLength(1);
});

// Of feature schema 2; a model of schema 1 is trained, served and compared in main-loop.spec.ts.
test.describe('with a model', () => {
  let version: string;
  test.beforeAll(async ({ house }) => {
    version = await publishUntrainedModel(house.installation, 2);
    await house.asAdmin('POST', `/models/${version}/promote`, {
      reason: 'for the tests of Explore',
      override: true,
    });
  });

  test('a model whose runtime could not be fetched is started once it can be', async ({ house, open }) => {
    const page = await open(await house.newPerson(), { expected: NETWORK_AWAY });
    await page.context().route('**/ort/**/*.wasm', (route) => route.abort('connectionreset'));
    const { model } = await LabelPage.open(page);
    await expect(model).toContainText('The model could not be fetched');
    await page.context().unroute('**/ort/**/*.wasm');
    await expect(model).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 });
  });

  test('the model runs over what is in view, goes on behind a pan, stops when told to, and is not run twice', async ({
    house,
    open,
  }) => {
    const page = await open(await house.newPerson());
    const explore = await ExplorePage.choose(page, 'hotel 1h');
    await explore.hasModel();
    await page.keyboard.press('m');
    await expect(explore.run).toHaveAttribute('data-phase', 'running', { timeout: 60_000 });
    await expect(page.getByRole('progressbar', { name: /^v\d+_\d+_\d+ over \d+ bars$/ })).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await expect(explore.run).toHaveAttribute('data-phase', 'idle', { timeout: 120_000 });
    expect(await explore.marksInView('model')).toBeGreaterThan(2);
    await explore.move('k');
    await expect(explore.said).toContainText('model: ');

    // All of it is done: nothing runs again.
    await page.keyboard.press('m');
    await expect(explore.run).toHaveAttribute('data-phase', 'idle');
    await page.getByRole('button', { name: 'whole series' }).click();
    await expect(explore.run).toHaveAttribute('data-phase', 'running', { timeout: 60_000 });
    await page.keyboard.press('m');
    await expect(explore.run).toHaveAttribute('data-phase', 'idle');
  });

  test('what it says here is what the server’s prediction of the same window says', async ({
    house,
    open,
  }) => {
    test.setTimeout(300_000);
    const windows = () =>
      house.installation.query<{ ts: number; probabilities: number[] }>(
        `SELECT w.ts, p.probabilities FROM "Prediction" p JOIN "Window" w ON w.id = p."windowId"
           JOIN "Series" s ON s.id = w."seriesId" WHERE s.symbol = 'ALPHA' AND s.timeframe = '1h' ORDER BY w.ts DESC`,
      );
    await expect.poll(async () => (await windows()).length, { timeout: 180_000 }).toBeGreaterThan(500);
    const stored = (await windows()).slice(200, 230);
    const page = await open(await house.newPerson());
    const explore = await ExplorePage.choose(page, 'alpha 1h');
    const series = new URL(page.url()).searchParams.get('series');
    const [from, to] = [stored[29].ts, stored[0].ts];
    await ExplorePage.open(page, `/explore?series=${series}&from=${from}&to=${to}&at=${to}`);
    await explore.hasModel();
    await page.keyboard.press('m');
    await expect(explore.run).toHaveAttribute('data-phase', 'running', { timeout: 60_000 });
    await expect(explore.run).toHaveAttribute('data-phase', 'idle', { timeout: 120_000 });
    const spread = new Set<string>();
    for (const { ts, probabilities } of stored.filter((_, i) => i % 3 === 0)) {
      await explore.goTo(new Date(ts).toISOString().slice(0, 16).replace('T', ' '));
      expect(await explore.cursor()).toBe(ts);
      await expect(explore.said).toHaveAttribute('data-probabilities', /\d/);
      const here = ((await explore.said.getAttribute('data-probabilities')) ?? '').split(' ').map(Number);
      const apart = here.map((p, c) => Math.abs(p - probabilities[c]));
      expect(Math.max(...apart), `browser against server at ${new Date(ts).toISOString()}`).toBeLessThan(
        1e-4,
      );
      spread.add(here.map((p) => p.toFixed(2)).join(' '));
    }
    // A model that says the same of everything would agree with itself whatever it was shown.
    expect(spread.size).toBeGreaterThan(4);
  });

  test('the label page runs it too: images and auxiliary values give what they give on the server', async ({
    house,
    open,
  }) => {
    test.setTimeout(180_000);
    const predicted = async (window: string) => {
      const [row] = await house.installation.query<{ probabilities: number[] }>(
        `SELECT p.probabilities FROM "Prediction" p JOIN "ModelVersion" v ON v.id = p."modelVersionId"
          WHERE v.name = $1 AND p."windowId" = $2`,
        [version, window],
      );
      return row?.probabilities ?? null;
    };
    const page = await open(await house.newPerson());
    const label = await LabelPage.open(page);
    await expect(label.model).toHaveAttribute('data-version', version, { timeout: 30_000 });
    await expect(label.model).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 });
    for (let i = 0; i < 3; i++) {
      const window = await label.answer('5');
      await expect(label.model).toHaveAttribute('data-window', window);
      const said = await label.model.getAttribute('data-probabilities');
      const here = (said ?? '').split(' ').map(Number);
      await expect.poll(() => predicted(window), { timeout: 120_000 }).toHaveLength(5);
      const there = (await predicted(window)) ?? [];
      const apart = here.map((p, c) => Math.abs(p - there[c]));
      expect(Math.max(...apart), `browser against server on window ${window}`).toBeLessThan(1e-4);
    }
    await expect(page.getByRole('button', { name: 'auxiliary values' })).toBeVisible();
    await label.saved();
  });

  test('axe finds nothing on the explore page, whatever is open on it', async ({ house, open }) => {
    const page = await open(await house.newPerson());
    await page.goto('/explore');
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectAccessible(page, 'explore, choosing');
    const explore = await ExplorePage.choose(page, 'golf 1h');
    await expectAccessible(page, 'explore');
    await page.keyboard.press('1');
    await expect(explore.armed).toBeVisible();
    await expectAccessible(page, 'explore, armed');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await expect(page.getByRole('combobox', { name: 'Find a series' })).toBeFocused();
    await expectAccessible(page, 'explore, another series');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await expectAccessible(page, 'explore with its keys');
  });
});

test('an installation without bars says what to do, to an admin and to an analyst', async ({
  house,
  open,
}) => {
  const page = await open(ADMIN);
  await page.route('**/api/v1/explore/series?*', (route) =>
    route.fulfill({ json: { series: [], total: 0 } }),
  );
  await page.goto('/explore');
  await expect(page.getByRole('link', { name: 'Import bars' })).toBeVisible();
  await expectAccessible(page, 'explore without bars');
  const analyst = await open(await house.newPerson(), { expected: /status of 404/ });
  await analyst.goto('/explore?series=999999');
  await expect(
    analyst.getByText('There is no series 999999 with bars. It may have been removed.'),
  ).toBeVisible();
  await analyst.getByRole('button', { name: 'Choose another' }).click();
  await expect(analyst.getByRole('option').first()).toBeVisible();
});
