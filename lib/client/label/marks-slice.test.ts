import { describe, expect, it } from 'vitest';
import { findSpanFault, spanBars, spansOf } from '@/lib/core/rule/flag-marks.ts';
import { moveBar } from './mark-editing.ts';
import { openPage } from './testing/page.ts';
import { createServer } from './testing/server.ts';

const SPANS = spansOf([-32, -23, -22, -3]);

describe('a handle', () => {
  it.each([
    ['goes to the bar it is put on', 0, -40, [-40, -23, -22, -3]],
    ['pushes what is in its way', 1, -20, [-32, -20, -19, -3]],
    ['pushes it the other way too', 2, -40, [-42, -41, -40, -3]],
    ['leaves room for all before it at the window’s edge', 3, -80, [-62, -61, -60, -59]],
    ['leaves room for all after it at t', 0, 5, [-3, -2, -1, 0]],
    ['snaps to whole bars', 3, -4.4, [-32, -23, -22, -4]],
  ] as const)('%s', (_, handle, bar, expected) => {
    const moved = moveBar(SPANS, handle, bar);
    expect(spanBars(moved)).toEqual(expected);
    expect(findSpanFault(moved)).toBeNull();
  });
});

describe('marks', () => {
  it('are moved, undone step by step, taken, and go with a flag only', async () => {
    const server = createServer(20, { trend: true });
    const page = await openPage(server);
    page.get().editMarks();
    page.get().stepMark(-1);
    page.get().stepMark(-1);
    page.get().nextMark();
    page.get().stepMark(-1);
    expect(spanBars(page.get().editing?.spans ?? SPANS)).toEqual([-34, -24, -22, -3]);
    page.get().undoMark();
    page.get().undoMark();
    page.get().dragMark(3, -5, true);
    page.get().dragMark(3, -7, false);
    page.get().undoMark();
    expect(spanBars(page.get().editing?.spans ?? SPANS)).toEqual([-33, -23, -22, -3]);
    page.get().takeMarks();
    expect(page.get().editing).toBeNull();
    await page.answer('flag');
    expect(page.get().marked).toBeNull();
    page.get().editMarks();
    page.get().takeMarks();
    await page.answer('wedge', 'flag');
    await page.settled();
    expect(server.standing().map((one) => (one.kind === 'label' ? (one.marks ?? null) : null))).toEqual([
      spansOf([-33, -23, -22, -3]),
      null,
      null,
    ]);
  });

  it('go with a flag as they stand where they are still being moved', async () => {
    const server = createServer(20, { trend: true });
    const page = await openPage(server);
    page.get().editMarks();
    page.get().stepMark(1);
    await page.get().confirm();
    await page.settled();
    expect(server.standing()).toMatchObject([{ marks: spansOf([-31, -23, -22, -3]) }]);
    expect(page.get().editing).toBeNull();
  });

  it('are back with note and window after undo, at once and after a reload', async () => {
    const server = createServer(20, { trend: true });
    const before = await openPage(server);
    before.get().editMarks();
    before.get().stepMark(-4);
    before.get().takeMarks();
    before.get().setNote('long pole');
    await before.answer('flag');
    const { windowId } = server.items[0];
    await before.get().undo();
    expect(before.get()).toMatchObject({
      marked: { windowId, spans: spansOf([-36, -23, -22, -3]) },
      note: 'long pole',
    });
    await before.answer('flag');
    await before.settled();
    await before.die();
    const page = await openPage(server, before.browser);
    await page.get().undo();
    await page.settled();
    expect(page.windowInView()).toBe(windowId);
    expect(page.get()).toMatchObject({
      marked: { windowId, spans: spansOf([-36, -23, -22, -3]) },
      note: 'long pole',
    });
  });

  it('are back too where an answer of long ago is taken back, and the answers since stand', async () => {
    const server = createServer(20, { trend: true });
    const page = await openPage(server);
    page.get().editMarks();
    page.get().takeMarks();
    await page.answer('flag', 'wedge', 'none');
    await page.settled();
    const [, , first] = page.get().answers;
    await page.get().takeBack({ ...first, held: null });
    await page.settled();
    expect(page.windowInView()).toBe(server.items[0].windowId);
    expect(page.get().marked?.spans).toEqual(SPANS);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['none', 'wedge']);
    await page.answer('blowoff');
    await page.settled();
    expect(server.standing().map((one) => (one.kind === 'label' ? one.label : null))).toEqual([
      'wedge',
      'none',
      'blowoff',
    ]);
  });

  it('without a height are not taken and not sent, and the person is told why', async () => {
    const server = createServer(20);
    const page = await openPage(server);
    page.get().editMarks();
    page.get().takeMarks();
    expect(page.get().notice).toMatch(/a pole has a height/);
    await page.get().answer('flag');
    expect(page.get().notice).toMatch(/a pole has a height/);
    expect(page.windowInView()).toBe(server.items[0].windowId);
    page.get().leaveMarks();
    await page.get().answer('flag');
    expect(page.get().answers).toHaveLength(1);
  });
});
