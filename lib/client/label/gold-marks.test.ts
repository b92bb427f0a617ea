import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { ApiError, OfflineError } from '../api.ts';
import type { Delivered, EntryOf, OutboxEntry } from '../outbox/entry.ts';
import { createGoldMarks } from './gold-marks.ts';
import type { GivenAnswer } from './history.ts';
import { createMarkMemory } from './mark-memory.ts';

/** What outlives a page: the server's gold, the outbox, and what the browser keeps. */
function createWorld() {
  return { gold: new Map<string, ClassId | null>(), waiting: [] as OutboxEntry[], browser: createBrowser() };
}

function createBrowser(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
    clear: () => kept.clear(),
    key: (i) => [...kept.keys()][i] ?? null,
    get length() {
      return kept.size;
    },
  };
}

/** What the server does with marks, in memory. */
function createPage({ gold, waiting, browser } = createWorld()) {
  const asked: (ClassId | null)[] = [];
  const page = {
    gold,
    asked,
    waiting,
    trouble: null as Error | null,
    /** Calls wait for it. */
    slow: Promise.resolve(),
    store: createGoldMarks({
      waiting: () => waiting,
      memory: createMarkMemory(browser, 'rae'),
      async markGold(windowId, label) {
        await page.slow;
        if (page.trouble) throw page.trouble;
        asked.push(label);
        const before = gold.get(windowId) ?? null;
        gold.set(windowId, label);
        return before;
      },
    }),
    get: () => page.store.getState(),
    isMarked: ({ id }: GivenAnswer) => page.get().marks.has(id),
    /** The server has recorded what waited. */
    async deliver(entry: EntryOf<'annotation'>, says: ClassId | null = null) {
      waiting.splice(waiting.indexOf(entry), 1);
      await page.get().delivered(recorded(entry, says));
    },
  };
  return page;
}

function answerOf(label: ClassId | null = 'flag'): GivenAnswer {
  const said = {
    label,
    skipReason: label === null ? 'unclear' : null,
    suggested: null,
    note: null,
    marks: null,
  };
  return { id: uuidV7(), windowId: uuidV7(), itemId: '1', at: 0, held: null, ...said };
}

const kept = { seq: 1, author: 'rae', queueId: 1, leaseIds: [], refusal: null };
const common = { itemId: '1', elapsedMs: 1, answeredAt: '2026-01-01T00:00:00.000Z' };

function waitingLabel({ id, windowId, label }: GivenAnswer): EntryOf<'annotation'> {
  if (label === null) throw new Error('a skip has no label');
  return { kind: 'annotation', ...kept, input: { kind: 'label', id, windowId, label, ...common } };
}

function retractionOf({ id: retractsId, windowId }: GivenAnswer): EntryOf<'annotation'> {
  const input = { kind: 'retraction' as const, id: uuidV7(), windowId, retractsId, ...common };
  return { kind: 'annotation', ...kept, input };
}

function recorded(entry: EntryOf<'annotation'>, gold: ClassId | null): Delivered {
  const { id, windowId, kind } = entry.input;
  const annotation = {
    id,
    windowId,
    kind,
    itemId: '1',
    label: entry.input.kind === 'label' ? entry.input.label : null,
    skipReason: null,
    retractsId: null,
    suggestedClass: null,
    surplus: false,
    note: null,
    marks: null,
    poleKatr: null,
    guideVersion: null,
    answeredAt: common.answeredAt,
  };
  return { ...entry, receipt: { annotation, item: null, reason: null, gold } };
}

describe('a mark', () => {
  it('says at once that the window is what the answer said, and again takes that back', async () => {
    const page = createPage();
    const answer = answerOf('wedge');
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBe('wedge');
    expect(page.isMarked(answer)).toBe(true);
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBeNull();
    expect(page.isMarked(answer)).toBe(false);
  });

  it('taken back leads to what gold said before', async () => {
    const page = createPage();
    const answer = answerOf('wedge');
    page.gold.set(answer.windowId, 'flag');
    await page.get().toggle(answer);
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBe('flag');
  });

  it('of a window that was marked before the page was loaded, taken back, leaves no gold', async () => {
    const page = createPage();
    const answer = answerOf('wedge');
    page.gold.set(answer.windowId, 'wedge');
    await page.get().toggle(answer);
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBeNull();
  });

  it('does not wait for an answer that the server has, whatever is still shown as waiting', async () => {
    const page = createPage();
    const answer = answerOf();
    const entry = waitingLabel(answer);
    page.waiting.push(entry);
    await page.get().delivered(recorded(entry, null));
    await page.get().toggle(answer);
    expect(page.asked).toEqual(['flag']);
    expect(page.isMarked(answer)).toBe(true);
  });

  it('waits until the server has the answer', async () => {
    const page = createPage();
    const answer = answerOf();
    const entry = waitingLabel(answer);
    page.waiting.push(entry);
    await page.get().toggle(answer);
    expect(page.isMarked(answer)).toBe(true);
    expect(page.asked).toEqual([]);
    await page.deliver(entry);
    expect(page.gold.get(answer.windowId)).toBe('flag');
    expect(page.isMarked(answer)).toBe(true);
  });

  it('taken back while it waits is never sent', async () => {
    const page = createPage();
    const answer = answerOf();
    const entry = waitingLabel(answer);
    page.waiting.push(entry);
    await page.get().toggle(answer);
    await page.get().toggle(answer);
    await page.deliver(entry);
    expect(page.asked).toEqual([]);
  });

  it('goes with its answer when the server refuses that', async () => {
    const page = createPage();
    const answer = answerOf();
    const entry = waitingLabel(answer);
    page.waiting.push(entry);
    await page.get().toggle(answer);
    page.get().refused([{ ...entry, refusal: { status: 409, message: 'no' } }]);
    expect(page.isMarked(answer)).toBe(false);
  });

  it('goes when its answer is taken back', async () => {
    const page = createPage();
    const answer = answerOf();
    await page.get().toggle(answer);
    await page.get().delivered(recorded(retractionOf(answer), null));
    expect(page.gold.get(answer.windowId)).toBeNull();
    expect(page.isMarked(answer)).toBe(false);
  });

  it('and its taking back come in order, however fast the key is pressed', async () => {
    const page = createPage();
    const answer = answerOf();
    let go: () => void = () => undefined;
    page.slow = new Promise((resolve) => (go = resolve));
    const presses = [1, 2, 3, 4, 5].map(() => page.get().toggle(answer));
    go();
    await Promise.all(presses);
    expect(page.gold.get(answer.windowId)).toBe('flag');
    expect(page.isMarked(answer)).toBe(true);
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBeNull();
  });

  it('that the server does not take is gone, with its words; the next is tried anew', async () => {
    const page = createPage();
    const answer = answerOf();
    page.trouble = new ApiError(409, { code: 'conflict', message: 'later bars in view' });
    await page.get().toggle(answer);
    expect(page.isMarked(answer)).toBe(false);
    expect(page.get().trouble).toEqual({ answerId: answer.id, what: 'later bars in view' });
    page.trouble = null;
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBe('flag');
    expect(page.get().trouble).toBeNull();
  });

  it('that cannot be taken back stands', async () => {
    const page = createPage();
    const answer = answerOf();
    await page.get().toggle(answer);
    page.trouble = new OfflineError('away');
    await page.get().toggle(answer);
    expect(page.isMarked(answer)).toBe(true);
    expect(page.get().trouble?.what).toContain('cannot be reached');
    page.trouble = null;
    await page.get().toggle(answer);
    expect(page.gold.get(answer.windowId)).toBeNull();
  });

  it('is for windows with a class: a skip cannot be gold', async () => {
    const page = createPage();
    const answer = answerOf(null);
    await page.get().toggle(answer);
    expect(page.asked).toEqual([]);
    expect(page.get().trouble?.what).toContain('skip');
  });
});

describe('a mark that waits while its page is closed', () => {
  /** Marked, its answer not yet sent, and the page gone. */
  async function left() {
    const world = createWorld();
    const answer = answerOf();
    const entry = waitingLabel(answer);
    world.waiting.push(entry);
    await createPage(world).get().toggle(answer);
    return { world, answer, entry };
  }

  it('goes out from the next page with its answer', async () => {
    const { world, answer, entry } = await left();
    const page = createPage(world);
    await page.get().start();
    expect(page.isMarked(answer)).toBe(true);
    expect(page.asked).toEqual([]);
    await page.deliver(entry);
    expect(world.gold.get(answer.windowId)).toBe('flag');
    await createPage(world).get().start();
    expect(createPage(world).isMarked(answer)).toBe(false);
  });

  it('goes out at once where the answer went without it', async () => {
    const { world, answer } = await left();
    world.waiting.length = 0;
    const page = createPage(world);
    await page.get().start();
    expect(world.gold.get(answer.windowId)).toBe('flag');
    expect(page.isMarked(answer)).toBe(true);
  });

  it('stays until the answer goes, also where that is taken back meanwhile', async () => {
    const { world, answer, entry } = await left();
    const retraction = retractionOf(answer);
    world.waiting.push(retraction);
    const page = createPage(world);
    await page.get().start();
    expect(page.asked).toEqual([]);
    await page.deliver(entry);
    await page.deliver(retraction);
    expect(world.gold.get(answer.windowId)).toBeNull();
  });

  it('is not the next person’s', async () => {
    const { world } = await left();
    expect(createMarkMemory(world.browser, 'kim').read()).toEqual([]);
    expect(createMarkMemory(world.browser, 'rae').read()).toHaveLength(1);
  });

  it('is forgotten with an answer that the server refuses', async () => {
    const { world, answer, entry } = await left();
    const page = createPage(world);
    page.get().refused([{ ...entry, refusal: { status: 409, message: 'no' } }]);
    expect(createPage(world).isMarked(answer)).toBe(false);
  });
});

describe('what gold says', () => {
  it('is told where it is something else than the answer', async () => {
    const page = createPage();
    const [right, wrong] = [answerOf('flag'), answerOf('flag')];
    await page.deliver(waitingLabel(right), 'flag');
    expect(page.get().says).toBeNull();
    await page.deliver(waitingLabel(wrong), 'wedge');
    expect(page.get().says).toEqual({ answerId: wrong.id, what: 'wedge' });
  });

  it('is no longer told once the answer is taken back', async () => {
    const page = createPage();
    const answer = answerOf('flag');
    await page.deliver(waitingLabel(answer), 'wedge');
    await page.get().delivered(recorded(retractionOf(answer), null));
    expect(page.get().says).toBeNull();
  });
});
