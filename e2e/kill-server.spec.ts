import { LabelPage } from './support/label-page.ts';
import { expect, type House, test } from './support/test.ts';
import { NETWORK_AWAY } from './support/trouble.ts';

interface Kept {
  readonly id: string;
  readonly windowId: string;
  readonly label: string | null;
}

async function keptFor(house: House, personId: string): Promise<Kept[]> {
  return house.installation.query<Kept & { [name: string]: unknown }>(
    'select id, "windowId", label from "Annotation" where "userId" = $1 order by id',
    [personId],
  );
}

/** The server is back when the page can tell; it asks by itself, at most 30 s apart. */
const RETRIED_WITHIN = 60_000;

test('the server is killed between key and answer, and nothing is lost or doubled', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const label = await LabelPage.open(await open(person, { expected: NETWORK_AWAY }));
  const given: string[] = [];
  for (let i = 0; i < 6; i++) given.push(await label.answer('1'));

  // The keys are pressed while everything dies; some of these answers may be recorded without a receipt.
  const killed = house.installation.kill();
  for (let i = 0; i < 4; i++) given.push(await label.answer('2'));
  await killed;
  expect(house.installation.processes()).toEqual([]);
  for (let i = 0; i < 4; i++) given.push(await label.answer('3'));
  await expect(label.outbox).toContainText(/^offline, \d+ kept$/);

  await house.installation.start();
  await expect(label.outbox).toHaveText('saved', { timeout: RETRIED_WITHIN });
  const more = await label.answer('5');
  await label.saved();

  const kept = await keptFor(house, person.id);
  expect(kept.map(({ windowId }) => windowId)).toEqual([...given, more]);
  expect(new Set(kept.map(({ id }) => id)).size).toBe(given.length + 1);
  const names = [...Array(6).fill('flag'), ...Array(4).fill('wedge'), ...Array(4).fill('blowoff'), 'none'];
  expect(kept.map(({ label }) => label)).toEqual(names);
  const listed = await label.page.request.get('/api/v1/annotations/mine?queueId=1&limit=200');
  const { answers } = (await listed.json()) as { answers: { id: string }[] };
  expect(answers.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
});

test('a receipt that never comes does not make a second answer', async ({ house, open }) => {
  const person = await house.newPerson();
  const page = await open(person, { expected: NETWORK_AWAY });
  const label = await LabelPage.open(page);
  let lost = 0;
  await page.route('**/api/v1/annotations', async (route) => {
    if (lost === 3) return route.continue();
    // The server records it, and the line breaks before the answer is back.
    lost++;
    await route.fetch();
    return route.abort('connectionreset');
  });
  const window = await label.answer('1');
  await expect(label.outbox).toHaveText('saved', { timeout: RETRIED_WITHIN });
  expect(lost).toBe(3);
  expect((await keptFor(house, person.id)).map(({ windowId, label }) => [windowId, label])).toEqual([
    [window, 'flag'],
  ]);
});

test('a tab that is closed with answers waiting loses none of them', async ({ house, open }) => {
  const person = await house.newPerson();
  const first = await open(person, { expected: NETWORK_AWAY });
  const label = await LabelPage.open(first);
  const context = first.context();
  const given = [await label.answer('1')];
  await label.saved();
  await context.setOffline(true);
  for (const key of ['2', '3', '4', '5']) given.push(await label.answer(key));
  expect(await label.undo()).toBe(given.pop());
  await expect(label.outbox).toHaveText('offline, 5 kept');
  await first.close();

  await context.setOffline(false);
  const again = await LabelPage.open(await context.newPage());
  await again.saved();
  await expect(again.answers).toHaveAttribute('data-count', String(given.length));
  const standing = await house.installation.query<{ windowId: string }>(
    `select "windowId" from "Annotation" a where "userId" = $1 and kind = 'label'
     and not exists (select 1 from "Annotation" r where r."retractsId" = a.id) order by id`,
    [person.id],
  );
  expect(standing.map(({ windowId }) => windowId)).toEqual(given);
  expect((await keptFor(house, person.id)).length).toBe(6);
});
