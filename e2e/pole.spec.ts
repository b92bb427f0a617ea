import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { LabelPage } from './support/label-page.ts';
import { makeQueue } from './support/queue.ts';
import { expect, type House, test } from './support/test.ts';

interface Stored {
  kind: string;
  label: string | null;
  marks: { pole: { start: number; end: number }; consolidation: { start: number; end: number } } | null;
  poleKatr: number | null;
}

function stored(house: House, person: { id: string }): Promise<Stored[]> {
  return house.installation.query<Stored>(
    'select kind::text, label, marks, "poleKatr" from "Annotation" where "userId" = $1 order by id',
    [person.id],
  );
}

const handle = (page: Page, name: string): Locator => page.getByRole('slider', { name });
const barOf = async (page: Page, name: string): Promise<number> =>
  Number(await handle(page, name).getAttribute('aria-valuenow'));
const marksOf = (page: Page): Locator => page.getByRole('region', { name: 'Your marks' });
const katrOf = async (page: Page): Promise<number> =>
  Number(await marksOf(page).getAttribute('data-pole-katr'));

/** The label page at a queue of windows that the rules take for one class. */
async function openQueueOf(suggested: 'flag' | 'blowoff', house: House, page: Page): Promise<LabelPage> {
  const name = `Only ${suggested} ${Date.now()}`;
  return LabelPage.open(page, await makeQueue(house, { name }, { suggested, windows: 4 }));
}

test('by keys: from the rule’s marks, bar by bar, undone, taken, stored with the flag, back after undo', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await openQueueOf('flag', house, page);
  const ruled = (await label.suggestion.textContent()) ?? '';
  const pole = ruled.match(/pole ([\d.]+) ATR · \d+ bars/)?.[0];
  await page.keyboard.press('e');
  await expect(handle(page, 'pole start')).toBeFocused();
  const figures = marksOf(page).locator('dl');
  expect((await figures.locator('dd').allTextContents()).slice(0, 2).join(' · ')).toBe(
    pole?.replace('pole ', ''),
  );
  const start = await barOf(page, 'pole start');
  const end = await barOf(page, 'consolidation end');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  expect(await barOf(page, 'pole start')).toBe(start - 2);
  const wider = await katrOf(page);
  await page.keyboard.press('u');
  expect(await barOf(page, 'pole start')).toBe(start - 1);
  for (const name of ['pole end', 'consolidation start', 'consolidation end']) {
    await page.keyboard.press('Tab');
    await expect(handle(page, name)).toBeFocused();
  }
  await page.keyboard.press('ArrowLeft');
  expect(await barOf(page, 'consolidation end')).toBe(end - 1);
  await expectAccessible(page, 'the label page, marks being moved');
  await page.keyboard.press('Enter');
  await expect(handle(page, 'pole start')).toHaveCount(0);
  await expect(marksOf(page)).toContainText('go with the answer if it is a flag');
  const taken = await katrOf(page);
  expect(taken).not.toBe(wider);

  const window = await label.answer('1');
  await expect(marksOf(page)).toHaveCount(0);
  await label.saved();
  const [flag] = (await stored(house, person)).slice(-1);
  expect(flag.marks).toMatchObject({ pole: { start: start - 1 }, consolidation: { end: end - 1 } });
  // The server measures from what it has stored: the same to the last digit.
  expect(flag.poleKatr).toBe(taken);

  expect(await label.undo()).toBe(window);
  expect(await katrOf(page)).toBe(taken);
  await label.answer('5');
  await label.saved();
  expect((await stored(house, person)).slice(-1)).toEqual([
    { kind: 'label', label: 'none', marks: null, poleKatr: null },
  ]);
});

test('by mouse: a handle follows the pointer from bar to bar, and one drag is one step', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await openQueueOf('flag', house, page);
  await page.keyboard.press('e');
  const grip = handle(page, 'pole start');
  const before = await barOf(page, 'pole start');
  const box = await grip.boundingBox();
  const far = await handle(page, 'consolidation end').boundingBox();
  if (!box || !far) throw new Error('the handles are not drawn');
  const bars = (await barOf(page, 'consolidation end')) - (before - 1);
  const pitch = (far.x - box.x) / bars;
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x - 2.9 * pitch, at.y - 30, { steps: 6 });
  await page.mouse.up();
  expect(await barOf(page, 'pole start')).toBe(before - 3);
  // Snapped: it stands on its bar, not where the pointer let it go.
  const after = await grip.boundingBox();
  expect(box.x - (after?.x ?? 0)).toBeCloseTo(3 * pitch, 0);
  await page.keyboard.press('u');
  expect(await barOf(page, 'pole start')).toBe(before);

  // Neither out of the window nor past the next mark.
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(5, at.y, { steps: 4 });
  expect(await barOf(page, 'pole start')).toBe(-62);
  await page.mouse.move(at.x + 100 * pitch, at.y, { steps: 4 });
  await page.mouse.up();
  expect(await barOf(page, 'pole start')).toBe(-3);
  expect(await barOf(page, 'consolidation end')).toBe(0);
  await page.keyboard.press('Escape');
  await expect(marksOf(page)).toHaveCount(0);
  await label.answer('1');
  await label.saved();
  expect((await stored(house, person)).at(-1)).toMatchObject({ label: 'flag', marks: null, poleKatr: null });
});

test('where no rule drew anything, a pole is drawn anew, and the flag key answers with it as it stands', async ({
  house,
  open,
}) => {
  const person = await house.newPerson();
  const page = await open(person);
  const label = await openQueueOf('blowoff', house, page);
  await page.keyboard.press('e');
  await page.keyboard.press('ArrowRight');
  const spans = {
    pole: { start: await barOf(page, 'pole start'), end: await barOf(page, 'pole end') },
    consolidation: {
      start: await barOf(page, 'consolidation start'),
      end: await barOf(page, 'consolidation end'),
    },
  };
  const window = await label.windowId();
  // Keys of the other classes do nothing while marks are moved.
  await page.keyboard.press('2');
  expect(await label.windowId()).toBe(window);
  await label.answer('1');
  await label.saved();
  expect((await stored(house, person)).at(-1)).toMatchObject({ label: 'flag', marks: spans });
});
