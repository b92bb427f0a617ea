import { existsSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { hear } from './support/hear.ts';
import { Installation, TRAINER_PYTHON } from './support/installation.ts';
import { type KlineFile, klineZips } from './support/kline-zip.ts';
import { LabelPage, type ListedAnswer } from './support/label-page.ts';
import { becomeAdmin } from './support/page.ts';
import { NETWORK_AWAY, watchForTrouble } from './support/trouble.ts';

const LABELS = 60;
const KEYS = ['Space', '1', 'Space', '2', '5', 'Space', '3', '4'];
const CLASS_OF: Record<string, string> = {
  1: 'flag',
  2: 'wedge',
  3: 'blowoff',
  4: 'wick_exhaustion',
  5: 'none',
};
/** Enough for a few hundred windows and for every split of a dataset. */
const ZIPS = { series: 6, bars: 8000 };

let installation: Installation;

test.beforeAll(async () => {
  test.setTimeout(600_000); // the first start of a checkout builds the app
  installation = await Installation.start({ demo: false });
});
test.afterAll(() => installation?.remove());

test('the main loop: first admin, bars, scan, labels, dataset, training, promotion, prediction, offline', async ({
  browser,
}) => {
  test.setTimeout(480_000);
  const context = await browser.newContext({ baseURL: installation.origin });
  const verdict = await watchForTrouble(context, NETWORK_AWAY);
  const page = await context.newPage();
  const files = klineZips(ZIPS.series, ZIPS.bars);

  await test.step('the set-up link is not spent by looking', () => setUp(page));
  await test.step('kline zips dropped on the page are imported', () => importBars(page, files));
  await test.step('a scan finds windows', () => scan(page, files.length));
  const labels = await test.step('sixty windows are labelled by keyboard', () => labelWindows(page));
  await test.step('a dataset is built from records and weak labels', () => buildDataset(page));
  await test.step('a model is trained while the page shows its epochs', () => train(page));
  const version = await test.step('it is promoted with a reason', () => promote(page));
  const label = await test.step('the next window shows what that model says', () =>
    seePrediction(page, version));
  await test.step('without a network the next window still gets its prediction', async () => {
    const before = await label.counts();
    await context.setOffline(true);
    const first = await answerAndSeePrediction(label, version, '1');
    await expect(label.outbox).toHaveText('offline, 1 kept');
    await answerAndSeePrediction(label, version, '5');
    await expect(label.outbox).toHaveText('offline, 2 kept');
    expect(await recordedFor(first.window)).toEqual([]);
    await context.setOffline(false);
    await label.saved();
    expect(await recordedFor(first.window)).toEqual(['flag']);
    expect(await label.counts()).toEqual({ ...before, flag: before.flag + 1, none: before.none + 1 });
  });
  const rows = await installation.query<{ n: number; ids: number; windows: number }>(
    `select count(*)::int n, count(distinct id)::int ids, count(distinct "windowId")::int windows
     from "Annotation" a where kind = 'label' and not exists (select 1 from "Annotation" r where r."retractsId" = a.id)`,
  );
  // One more after the reload, and two without a network.
  const total = labels + PREDICTED + 3;
  expect(rows).toEqual([{ n: total, ids: total, windows: total }]);
  await context.close();
  verdict();
});

async function setUp(page: Page): Promise<void> {
  for (let look = 0; look < 2; look++) {
    await page.goto(installation.link);
    await expect(page.getByRole('heading', { name: 'Welcome to Halyard' })).toBeVisible();
  }
  await becomeAdmin(page, installation.link);
  await expect(page.getByRole('heading', { name: 'There is nothing to label yet' })).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(installation.link);
  await expect(other.getByRole('heading', { name: 'This link has been used or replaced' })).toBeVisible();
  await other.close();
}

async function importBars(page: Page, files: KlineFile[]): Promise<void> {
  await page.getByRole('link', { name: 'Import bars' }).click();
  await expect(page.getByText('There are no bars yet')).toBeVisible();
  await drop(page, files);
  const panel = page.getByRole('region', { name: 'Import' });
  const start = panel.getByRole('button', { name: /^Import \d+ files$/ });
  await panel.getByRole('textbox', { name: 'Venue of all files' }).fill('exchange');
  await expect(start).toHaveText(`Import ${files.length} files`);
  await start.click();
  const [first] = files;
  const added = panel.getByText(`${first.bars.toLocaleString('en')} added`, { exact: true });
  await expect(added).toHaveCount(files.length, { timeout: 60_000 });
  await panel.getByRole('button', { name: `Details of ${first.name}` }).click();
  await expect(panel).toContainText(`${first.bars.toLocaleString('en')} rows read`);
  await panel.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: /^Jobs/ }).click();
  await expect(page.getByRole('button', { name: /^Import/ })).toHaveCount(files.length);
  await expectAccessible(page, 'jobs');
}

/** Lets go of the files over the page, as a person does. */
async function drop(page: Page, files: KlineFile[]): Promise<void> {
  const sent = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }));
  const dataTransfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: 'application/zip' }));
    }
    return transfer;
  }, sent);
  const layer = page.getByText('Drop bar files to import them');
  // The layer is loaded after the page; until it listens nothing happens.
  await expect(async () => {
    await page.dispatchEvent('body', 'dragenter', { dataTransfer });
    await expect(layer).toBeVisible({ timeout: 500 });
  }).toPass();
  await layer.dispatchEvent('drop', { dataTransfer });
}

async function scan(page: Page, series: number): Promise<void> {
  await page.getByRole('link', { name: 'Data', exact: true }).click();
  const table = page.getByRole('grid', { name: 'Series' });
  await table.getByRole('checkbox').first().check();
  await expect(page.getByText(`${series} chosen`)).toBeVisible();
  await page.getByRole('button', { name: 'Scan', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('All bars').click();
  await dialog.getByRole('button', { name: 'Scan' }).click();
  await expect(table.getByText('#1 current')).toHaveCount(series, { timeout: 90_000 });
  await expectAccessible(page, 'data with series');
}

/** @returns how many labels stand */
async function labelWindows(page: Page): Promise<number> {
  await page.getByRole('link', { name: 'Label', exact: true }).click();
  const label = new LabelPage(page);
  await label.hasWindow();
  expect(await label.counts()).toEqual({ flag: 0, wedge: 0, blowoff: 0, wick_exhaustion: 0, none: 0 });
  const given = new Map<string, string>();
  for (let i = 0; given.size < LABELS; i++) {
    if (i % 20 === 7) await label.answer('s', '1');
    const key = KEYS[i % KEYS.length];
    const said = CLASS_OF[key] ?? (await label.suggested());
    const window = await label.answer(key);
    given.set(window, said);
    if (i % 15 === 9) {
      expect(await label.undo()).toBe(window);
      given.delete(window);
    }
  }
  await label.saved();
  const expected: Record<string, number> = { flag: 0, wedge: 0, blowoff: 0, wick_exhaustion: 0, none: 0 };
  for (const said of given.values()) expected[said]++;
  expect(await label.counts()).toEqual(expected);
  const { answers } = await get<{ answers: ListedAnswer[] }>(page, '/annotations/mine?queueId=1&limit=200');
  const recorded = answers.filter(({ kind }) => kind === 'label').map((one) => [one.windowId, one.label]);
  expect(new Map(recorded as [string, string][])).toEqual(given);
  expect(recorded).toHaveLength(given.size);
  return given.size;
}

async function buildDataset(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await page.getByRole('link', { name: 'Build the first dataset' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Main loop');
  await page.getByText('Record + weak').click();
  const counted = page.getByRole('region', { name: 'What this would build' });
  await expect(counted).toContainText('Of record');
  await expect(counted).toHaveAttribute('aria-busy', 'false');
  const rows = /hold ([\d,]+) of/.exec((await counted.textContent()) ?? '')?.[1];
  await expectAccessible(page, 'a new dataset');
  await page.getByRole('button', { name: 'Build dataset' }).click();
  await expect(page.getByRole('heading', { name: 'Main loop' })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText(`${rows} rows`)).toBeVisible();
  await expectAccessible(page, 'a dataset');
  await page.getByRole('link', { name: 'Train', exact: true }).first().click();
  await expect(page.getByRole('grid', { name: 'Datasets' })).toContainText('Main loop');
  await expectAccessible(page, 'train with a dataset');
}

async function train(page: Page): Promise<void> {
  if (!existsSync(TRAINER_PYTHON)) {
    throw new Error(
      `There is no trainer at ${TRAINER_PYTHON}: "npm test" makes it, or name a Python with PyTorch in HALYARD_TRAIN_PYTHON.`,
    );
  }
  const seen: { state: string; epochs: number }[] = [];
  await hear(page, /\/api\/v1\/runs\/\d+$/, (body) => {
    const { run, epochs } = JSON.parse(body.toString()) as { run: { state: string }; epochs: unknown[] };
    seen.push({ state: run.state, epochs: epochs.length });
  });
  await page.getByRole('button', { name: 'Start the first run' }).click();
  await page.getByLabel('Epochs at most').fill('3');
  await page.getByLabel('Rows at most').fill('1200');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.waitForURL('**/train/1');
  const curves = page.getByRole('region', { name: 'Curves' });
  await expect(curves.locator('svg').first()).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('link', { name: /^v\d+_\d+_\d+$/ }).first()).toBeVisible({ timeout: 180_000 });
  expect(seen.filter(({ state, epochs }) => state === 'running' && epochs > 0).length).toBeGreaterThan(0);
  expect(seen.at(-1)).toEqual({ state: 'done', epochs: 3 });
  await page.unrouteAll({ behavior: 'wait' });
  await expectAccessible(page, 'a run');
}

/** @returns the version */
async function promote(page: Page): Promise<string> {
  const link = page.getByRole('link', { name: /^v\d+_\d+_\d+$/ }).first();
  const version = (await link.textContent()) ?? '';
  await link.click();
  await page.waitForURL(`**/models/${version}`);
  await expectAccessible(page, 'a version');
  await page.getByRole('button', { name: 'Promote' }).click();
  const dialog = page.getByRole('dialog');
  const go = dialog.getByRole('button', { name: 'Override and promote' });
  await dialog.getByLabel('Reason').fill('The first one there is');
  // A minute's training meets no target: the gate has not been run, and would not be passed.
  await expect(go).toBeDisabled();
  await dialog.getByRole('checkbox', { name: /override/ }).check();
  await go.click();
  await expect(dialog).toBeHidden();
  await page.getByRole('link', { name: 'Models', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Alias log' })).toContainText('The first one there is');
  await expectAccessible(page, 'models');
  const share = async () => {
    const { versions } = await get<{ versions: { predicted: { windows: number; total: number } }[] }>(
      page,
      '/models',
    );
    return versions[0].predicted.windows / versions[0].predicted.total;
  };
  await expect.poll(share, { timeout: 90_000 }).toBe(1);
  return version;
}

/** Windows whose prediction in the browser is held against the server's. */
const PREDICTED = 5;

async function seePrediction(page: Page, version: string): Promise<LabelPage> {
  await page.getByRole('link', { name: 'Label', exact: true }).click();
  const label = new LabelPage(page);
  await label.hasWindow();
  await expect(label.model).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  for (let i = 0; i < PREDICTED; i++) {
    const { window, probabilities } = await answerAndSeePrediction(label, version, 'Space');
    await expect(label.model).toContainText(
      new RegExp(`Model ${version} · \\d+ ms · ${Math.min(4, cores)} thread`),
    );
    const [stored] = await installation.query<{ probabilities: number[] }>(
      'select probabilities from "Prediction" where "windowId" = $1',
      [window],
    );
    expect(probabilities).toHaveLength(5);
    const apart = probabilities.map((p, c) => Math.abs(p - stored.probabilities[c]));
    expect(Math.max(...apart), `browser against server on window ${window}`).toBeLessThan(1e-4);
  }
  await label.saved();
  // From now on a service worker answers for the files: the model starts from those as well.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.reload();
  await label.hasWindow();
  await expect(label.model).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 });
  await answerAndSeePrediction(label, version, 'Space');
  await label.saved();
  await seeLikeness(page, label);
  await seeWhatItGoesBy(page, label);
  await expectAccessible(page, 'label with a model');
  return label;
}

/** Labelled windows like the last answer stand below the chart, each with its label and how alike it is. */
async function seeLikeness(page: Page, label: LabelPage): Promise<void> {
  const similar = page.getByRole('region', { name: 'Similar windows' });
  const last = await label.model.getAttribute('data-window');
  await expect(similar).toHaveAttribute('data-window', last ?? '');
  const found = similar.getByRole('img');
  await expect(found.first()).toBeVisible();
  const likeness = (await found.evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''))).map((words) =>
    Number(/likeness (-?\d\.\d\d)$/.exec(words)?.[1]),
  );
  expect(likeness).toEqual([...likeness].sort((a, b) => b - a));
  expect(likeness[0]).toBeLessThanOrEqual(1);
}

/** On request the parts of the image that speak for the class take its colour; they are grey before and after. */
async function seeWhatItGoesBy(page: Page, label: LabelPage): Promise<void> {
  // Which of the channels it goes by is the model's.
  const channels = page.getByRole('img', { name: /^Model image: / });
  const coloured = () =>
    channels.evaluateAll((canvases) => {
      let count = 0;
      for (const canvas of canvases as HTMLCanvasElement[]) {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        for (let i = 0; i < pixels.length; i += 4) count += Number(pixels[i] !== pixels[i + 2]);
      }
      return count;
    });
  expect(await coloured()).toBe(0);
  await page.keyboard.press('o');
  await expect(label.model).toHaveAttribute('data-window', await label.windowId());
  await expect.poll(coloured).toBeGreaterThan(0);
  await page.keyboard.press('p');
  await expect.poll(coloured).toBe(0);
}

async function answerAndSeePrediction(label: LabelPage, version: string, key: string) {
  const window = await label.answer(key);
  await expect(label.model).toHaveAttribute('data-window', window);
  await expect(label.model).toHaveAttribute('data-version', version);
  const probabilities = ((await label.model.getAttribute('data-probabilities')) ?? '').split(' ').map(Number);
  return { window, probabilities };
}

async function recordedFor(window: string): Promise<(string | null)[]> {
  const rows = await installation.query<{ label: string | null }>(
    'select label from "Annotation" where "windowId" = $1',
    [window],
  );
  return rows.map(({ label }) => label);
}

async function get<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(`/api/v1${path}`);
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}
