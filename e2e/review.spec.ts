import type { Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { hear } from './support/hear.ts';
import { LabelPage } from './support/label-page.ts';
import { makeQueue } from './support/queue.ts';
import { type Account, callAs, expect, type House, test } from './support/test.ts';

async function label(page: Page, queueId: number): Promise<LabelPage> {
  await page.goto(`/label?queue=${queueId}`);
  const label = new LabelPage(page);
  await expect(label.chart).toBeVisible();
  return label;
}

/** What the server has told somebody about windows and about their answers. */
interface Heard {
  items: Record<string, unknown>[];
  gold: (string | null)[];
  text: string;
}

async function listen(page: Page): Promise<Heard> {
  const heard: Heard = { items: [], gold: [], text: '' };
  await hear(page, /\/(claim|annotations)$/, (told, url) => {
    const text = told.toString();
    const body = JSON.parse(text) as { items?: Heard['items']; gold?: string | null };
    heard.items.push(...(body.items ?? []));
    if (url.endsWith('/claim')) heard.text += text;
    else heard.gold.push(body.gold ?? null);
  });
  return heard;
}

/** Answers until `met` gold windows were among the windows. */
async function answerUntilMet(house: House, person: Account, label: LabelPage, met: number) {
  const count = async () => {
    const [{ n }] = await house.installation.query<{ n: number }>(
      'select count(*)::int as n from "Annotation" where "userId" = $1 and gold',
      [person.id],
    );
    return n;
  };
  for (let i = 0; i < 36 && (await count()) < met; i++) {
    await label.answer('4');
    await label.saved();
  }
  expect(await count()).toBeGreaterThanOrEqual(met);
  return count();
}

test('gold is marked on the label page, frozen, met unknowingly among other windows, and scored', async ({
  house,
  open,
}) => {
  const reviewer = await house.newPerson('reviewer');
  const page = await open(reviewer);
  const work = await LabelPage.open(page);
  const button = page.getByRole('button', { name: 'M gold' });
  await expect(button).toBeDisabled();
  const marked: string[] = [];
  for (let i = 0; i < 12; i++) {
    marked.push(await work.answer('1'));
    await page.keyboard.press('m');
    await expect(button).toHaveAttribute('aria-pressed', 'true');
  }
  await work.answer('2');
  await page.keyboard.press('m');
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await expectAccessible(page, 'label with gold');
  // An answer that is taken back takes its mark with it.
  await work.answer('3');
  await page.keyboard.press('m');
  await work.saved();
  await work.undo();
  await work.saved();
  const inForce = () =>
    house.installation.query<{ windowId: string; label: string }>(
      `select "windowId", label from (select distinct on ("windowId") * from "GoldMark" where "userId" = $1
         order by "windowId", id desc) newest where label is not null`,
      [reviewer.id],
    );
  await expect.poll(async () => (await inForce()).length).toBe(12);
  expect(new Set(await inForce())).toEqual(new Set(marked.map((windowId) => ({ windowId, label: 'flag' }))));

  await page.goto('/review/gold');
  const rowOf = (name: string | RegExp) => page.getByRole('row', { name });
  await page.getByRole('button', { name: 'Freeze a version' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('twelve sure flags');
  await expectAccessible(page, 'freezing gold');
  await page.getByRole('button', { name: 'Freeze', exact: true }).click();
  const version = rowOf(/twelve sure flags/);
  await expect(version).toContainText('in force');
  await expect(version).toContainText(reviewer.name);
  const frozen = await version.textContent();
  // A mark taken back counts from the next version on; this one stays what it is.
  await callAs(house.origin, await house.sessionOf(reviewer), 'POST', `/windows/${marked[0]}/gold`, {
    label: null,
  });
  await page.reload();
  await expect(version).toHaveText(frozen ?? '');
  await expect(
    house.installation.query('update "GoldWindow" set label = $1 where "windowId" = $2', [
      'wedge',
      marked[1],
    ]),
  ).rejects.toThrow('append-only');

  const silent = await makeQueue(house, { name: 'Salted, silent', goldShare: 0.5 });
  const ann = await house.newPerson();
  const annPage = await open(ann);
  const heard = await listen(annPage);
  const annWork = await label(annPage, silent);
  await expect(annPage.getByRole('button', { name: 'M gold' })).toHaveCount(0);
  const annMet = await answerUntilMet(house, ann, annWork, 3);
  await expect(annPage.getByText('Gold says')).toHaveCount(0);
  // Nothing that the server sent tells which of them were gold.
  expect(heard.text).not.toMatch(/gold|salt|plant/i);
  expect(new Set(heard.items.map((item) => Object.keys(item).join())).size).toBe(1);
  expect(new Set(heard.gold)).toEqual(new Set([null]));

  const telling = await makeQueue(house, { name: 'Salted, telling', goldShare: 0.5, feedback: true });
  const bob = await house.newPerson();
  const bobPage = await open(bob);
  const bobWork = await label(bobPage, telling);
  await answerUntilMet(house, bob, bobWork, 1);
  const told = bobPage.getByText(/^Gold says (Flag|Wedge) of the (last window|window \d back), you said/);
  await expect(told).toBeVisible();
  await expectAccessible(bobPage, 'label, told of gold');
  // It goes when the answer is taken back.
  await bobWork.undo();
  await expect(told).toBeHidden();

  await page.reload();
  await expect(rowOf(new RegExp(`^${ann.name} `)).first()).toContainText(
    new RegExp(`0 % \\(0-\\d+\\) of ${annMet}`),
  );
  await expectAccessible(page, 'gold with people');
});

test('what two people disagree on comes before a reviewer with both voices, and the reviewer’s word is the label of record', async ({
  house,
  open,
}) => {
  // What people of other tests disagreed on is not this test's to decide.
  await house.installation.query(
    `delete from "QueueItem" where "queueId" in (select id from "Queue" where purpose = 'review')`,
  );
  const queueId = await makeQueue(house, { name: 'In twos', overlap: 2, agreement: 1 }, { windows: 2 });
  const [ann, bob] = [await house.newPerson(), await house.newPerson()];
  const annPage = await open(ann);
  const annWork = await label(annPage, queueId);
  await annPage.keyboard.press('n');
  await annPage.keyboard.type('thin volume');
  await annPage.keyboard.press('Enter');
  const disputed = await annWork.answer('1');
  await annPage.keyboard.press('2');
  await annWork.saved();
  const bobPage = await open(bob);
  const bobWork = await label(bobPage, queueId);
  expect(await bobWork.windowId()).toBe(disputed);
  // Nobody sees what others said while they judge.
  await expect(bobPage.getByRole('list', { name: 'What people said' })).toHaveCount(0);
  await bobWork.answer('5');
  await bobPage.keyboard.press('2');
  await bobWork.saved();

  const reviewer = await house.newPerson('reviewer');
  const listed = async (person: Account) => {
    const session = await house.sessionOf(person);
    const path = '/queues';
    const { queues } = await callAs<{ queues: { id: number; name: string }[] }>(
      house.origin,
      session,
      'GET',
      path,
    );
    return queues.find(({ name }) => name === 'Conflicts');
  };
  expect(await listed(ann)).toBeUndefined();
  const conflicts = await listed(reviewer);
  const page = await open(reviewer);
  const work = await label(page, conflicts?.id ?? 0);
  expect(await work.windowId()).toBe(disputed);
  const voices = page.getByRole('list', { name: 'What people said' }).getByRole('listitem');
  await expect(voices).toHaveText([/Flag.*thin volume/, /None/]);
  await expect(voices.first()).toContainText(ann.name);
  await expect(voices.last()).toContainText(bob.name);

  await page.keyboard.press('h');
  const history = page.getByRole('dialog', { name: 'History of the window' });
  const events = history.getByRole('listitem');
  await expect(events).toHaveCount(4);
  await expect(events.filter({ hasText: ann.name })).toContainText(/Flag.*thin volume/);
  await expect(events.last()).toContainText(
    /conflict: a reviewer decides.*in force.*50 % agree, 100 % needed/,
  );
  await expectAccessible(page, 'the history of a window');
  // Keys of the page do nothing behind it.
  await page.keyboard.press('2');
  await page.keyboard.press('Escape');
  await expect(history).toBeHidden();
  expect(await work.windowId()).toBe(disputed);
  await expectAccessible(page, 'a conflict');

  const current = async () => {
    const [row] = await house.installation.query<{ state: string; label: string | null }>(
      'select state::text, label from "CurrentRecord" where "windowId" = $1',
      [disputed],
    );
    return [row.state, row.label];
  };
  expect(await current()).toEqual(['conflict', null]);
  await page.keyboard.press('2');
  await work.saved();
  await expect.poll(current).toEqual(['adjudicated', 'wedge']);
  await expect(page.getByRole('heading', { name: 'This queue has nothing more for you' })).toBeVisible();
  await page.keyboard.press('h');
  await expect(events.last()).toContainText(
    `label of record by adjudication:Wedgein forceby ${reviewer.name}`,
  );
  await page.keyboard.press('Escape');
  await expect(history).toBeHidden();
  await page.keyboard.press('u');
  await expect(work.chart).toHaveAttribute('data-window', disputed);
  await work.saved();
  await expect.poll(current).toEqual(['conflict', null]);
});

test('the anchoring page compares what people say where the suggestion is shown and where it is hidden', async ({
  house,
  open,
}) => {
  const name = 'Half blind';
  const queueId = await makeQueue(house, { name, blindShare: 0.5 }, { suggested: 'flag', blind: true });
  const person = await house.newPerson();
  const page = await open(person);
  const work = await label(page, queueId);
  let shown = 0;
  let hidden = 0;
  for (let i = 0; i < 16; i++) {
    const isBlind = (await work.suggested()) === '';
    if (isBlind) hidden++;
    else shown++;
    await work.answer(isBlind ? (hidden % 2 ? '1' : '5') : 'Space');
  }
  await work.saved();
  expect(Math.min(shown, hidden)).toBeGreaterThan(3);

  const reviewer = await open(await house.newPerson('reviewer'));
  await reviewer.goto(`/review/anchoring?queue=${queueId}`);
  const row = reviewer.getByRole('row', { name: new RegExp(`^${person.name} `) });
  await expect(row).toContainText(new RegExp(`100 % \\(\\d+-100\\) of ${shown}`));
  await expect(row).toContainText(new RegExp(`\\(\\d+-\\d+\\) of ${hidden}`));
  await expect(
    reviewer.getByText(/A label takes \d+\.\d s with the suggestion and \d+\.\d s without/),
  ).toBeVisible();
  await expectAccessible(reviewer, 'anchoring with content');
});
