import { expectAccessible } from './support/axe.ts';
import { hear } from './support/hear.ts';
import { LabelPage, type ListedAnswer } from './support/label-page.ts';
import { callAs, expect, type House, test } from './support/test.ts';

interface Claimed {
  items: { windowId: string; ts: number; snapshot: { bars: { ts: number[] } } }[];
}

async function answersOf(house: House, person: { email: string; password: string }): Promise<ListedAnswer[]> {
  const session = await house.sessionOf(person);
  const { queues } = await callAs<{ queues: { id: number }[] }>(house.origin, session, 'GET', '/queues');
  const path = `/annotations/mine?queueId=${queues[0].id}&limit=200`;
  return (await callAs<{ answers: ListedAnswer[] }>(house.origin, session, 'GET', path)).answers;
}

test('every answer has its key, and each is saved as what was pressed', async ({ house, open }) => {
  const person = await house.newPerson();
  const label = await LabelPage.open(await open(person));
  const before = await label.counts();
  const given: [string, string][] = [];
  for (const [key, name] of [
    ['1', 'flag'],
    ['2', 'wedge'],
    ['3', 'blowoff'],
    ['4', 'wick_exhaustion'],
    ['5', 'none'],
  ] as const)
    given.push([await label.answer(key), name]);
  const suggested = await label.suggested();
  given.push([await label.answer('Space'), suggested]);
  await label.saved();

  const recorded = await answersOf(house, person);
  expect(recorded.map(({ windowId, label }) => [windowId, label])).toEqual(given.toReversed());
  const expected = { ...before };
  for (const [, name] of given) expected[name]++;
  expect(await label.counts()).toEqual(expected);
});

test('undo walks back any number of answers, also those from before a reload', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await LabelPage.open(page);
  const first = await label.answer('1');
  const second = await label.answer('2');
  const third = await label.answer('Space');
  expect(await label.undo()).toBe(third);
  expect(await label.undo('Backspace')).toBe(second);
  await label.answer('5');
  expect(await label.windowId()).toBe(third);
  await label.saved();
  await page.reload();
  await label.hasWindow();
  expect(await label.windowId()).toBe(third);
  await expect(label.answers).toHaveAttribute('data-count', '2');
  expect(await label.undo()).toBe(second);
  expect(await label.undo()).toBe(first);
  await label.saved();
  await page.reload();
  await label.hasWindow();
  // What undo brought back stays in view, and the others follow as they were.
  expect(await label.windowId()).toBe(first);
  await label.answer('4');
  expect(await label.windowId()).toBe(second);
  await label.saved();

  expect((await answersOf(house, person)).map(({ windowId, label }) => [windowId, label])).toEqual([
    [first, 'wick_exhaustion'],
  ]);
  const rows = await house.installation.query<{ kind: string; count: number }>(
    'select kind::text, count(*)::int from "Annotation" where "userId" = $1 group by kind order by kind::text',
    [person.id],
  );
  // Nothing is ever rewritten: five answers and the four that took one back are all there.
  expect(rows).toEqual([
    { kind: 'label', count: 5 },
    { kind: 'retraction', count: 4 },
  ]);
});

test('a skip asks for its reason, and a note goes with the next answer', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await LabelPage.open(page);
  await page.keyboard.press('s');
  await expect(page.getByRole('group', { name: 'Skip, because it is' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('group', { name: 'Skip, because it is' })).toBeHidden();
  const skipped = await label.answer('s', '2');
  await page.keyboard.press('n');
  const note = page.getByRole('textbox', { name: 'Note for this answer' });
  await expect(note).toBeFocused();
  await page.keyboard.type('1 thin volume <b>');
  await page.keyboard.press('Enter');
  await expect(note).toBeHidden();
  const noted = await label.answer('3');
  await label.saved();

  const rows = await house.installation.query(
    'select "windowId", "skipReason", label, note from "Annotation" where "userId" = $1 order by id',
    [person.id],
  );
  expect(rows).toEqual([
    { windowId: skipped, skipReason: 'bad_data', label: null, note: null },
    { windowId: noted, skipReason: null, label: 'blowoff', note: '1 thin volume <b>' },
  ]);
});

test('the question mark shows every key, and keys do nothing behind it', async ({ house, open }) => {
  const page = await open(await house.newPerson());
  const label = await LabelPage.open(page);
  const window = await label.windowId();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText('undo, any number of steps');
  await page.keyboard.press('1');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await label.windowId()).toBe(window);
  expect(await label.answersGiven()).toBe(0);
});

test('at least twelve windows are ready, and none of them holds a bar after its own last', async ({
  house,
  open,
}) => {
  const page = await open(await house.newPerson());
  const claims: Claimed[] = [];
  await hear(page, /\/claim$/, (body) => claims.push(JSON.parse(body.toString()) as Claimed));
  const label = await LabelPage.open(page);
  const enough = () =>
    expect.poll(async () => Number(await label.ready.getAttribute('data-count'))).toBeGreaterThanOrEqual(12);
  await enough();
  for (let i = 0; i < 10; i++) await label.answer('Space');
  await enough();

  const items = claims.flatMap((claim) => claim.items);
  expect(items.length).toBeGreaterThan(20);
  for (const { ts, snapshot } of items) {
    expect(snapshot.bars.ts.at(-1)).toBe(ts);
    expect(Math.max(...snapshot.bars.ts)).toBe(ts);
  }
});

test('two people at the same queue never hold the same window', async ({ house, open }) => {
  const people = [await house.newPerson(), await house.newPerson()];
  const held = people.map(() => new Set<string>());
  const labels = await Promise.all(
    people.map(async (person, i) => {
      const page = await open(person);
      await hear(page, /\/claim$/, (body) => {
        for (const { windowId } of (JSON.parse(body.toString()) as Claimed).items) held[i].add(windowId);
      });
      return LabelPage.open(page);
    }),
  );
  for (let i = 0; i < 8; i++) await Promise.all(labels.map((label) => label.answer('Space')));
  await Promise.all(labels.map((label) => label.saved()));
  const [first, second] = held;
  expect(first.size).toBeGreaterThan(12);
  expect(second.size).toBeGreaterThan(12);
  expect([...first].filter((window) => second.has(window))).toEqual([]);
});

test('the last bar stands on the same pixel in every window', async ({ house, open }) => {
  const page = await open(await house.newPerson());
  const label = await LabelPage.open(page);
  const chart = page.getByTestId('label-chart');
  const places = new Set<string>();
  const times = new Set<string>();
  for (let i = 0; i < 8; i++) {
    const time = (await chart.getAttribute('data-last')) ?? '';
    const drawn = chart.locator(`[data-last-bar^="${time} at "]`);
    await expect(drawn).toBeVisible();
    places.add(((await drawn.getAttribute('data-last-bar')) ?? '').split(' at ')[1]);
    times.add(time);
    await label.answer('Space');
  }
  expect([...places]).toEqual([expect.stringMatching(/^\d+(\.\d+)?$/)]);
  expect(times.size).toBeGreaterThan(1);
});

test('what came after is played once a window is answered; another answer to it then saw the future', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await LabelPage.open(page);
  const window = await label.answer('1');
  await label.saved();
  await page.keyboard.press('r');
  const replay = page.getByTestId('replay');
  await expect(replay).toHaveAttribute('data-shown', '20', { timeout: 20_000 });
  const lastBar = async () => Number(await replay.getByTestId('label-chart').getAttribute('data-last'));
  const end = await lastBar();
  await page.keyboard.press('Home');
  await expect(replay).toHaveAttribute('data-shown', '0');
  const t = await lastBar();
  await page.keyboard.press('ArrowRight');
  await expect(replay).toHaveAttribute('data-shown', '1');
  expect((end - t) / ((await lastBar()) - t)).toBe(20);
  await expectAccessible(page, 'replay');
  await page.keyboard.press('Escape');
  await expect(replay).toBeHidden();

  expect(await label.undo()).toBe(window);
  await label.answer('5');
  await label.saved();
  const stored = await house.installation.query<{ label: string; sawFuture: boolean }>(
    `select label, "sawFuture" from "Annotation" where "userId" = $1 and kind = 'label' order by "receivedAt"`,
    [person.id],
  );
  expect(stored).toEqual([
    { label: 'flag', sawFuture: false },
    { label: 'none', sawFuture: true },
  ]);
});
