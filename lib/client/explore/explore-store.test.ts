import { describe, expect, it } from 'vitest';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { OfflineError } from '../api.ts';
import { answersOf, type NewEntry, type OutboxEntry, takenBackBy, windowsOf } from '../outbox/entry.ts';
import { type ExploreStart, endOf } from './explore-state.ts';
import { createExploreStore } from './explore-store.ts';
import type { PersonMark } from './mark.ts';
import { createSeen, type SeenStorage } from './seen.ts';
import { standingPeople } from './standing-people.ts';

const HOUR = 3_600_000;
const BARS = 2000;
const series: OpenedSeries = {
  id: 7,
  venue: 'v',
  symbol: 'S',
  timeframe: '1h',
  timeframeMs: HOUR,
  synthetic: true,
  version: 'x',
  bars: BARS,
  firstTs: 0,
  lastTs: (BARS + 9) * HOUR,
  // A gap of ten bars before bar 1000.
  runs: { bars: [0, 1000], ts: [0, 1010 * HOUR] },
  segments: [0],
  maxWindowGap: 2.5,
  ruleSets: [],
};
const tsOf = (bar: number) => (bar < 1000 ? bar : bar + 10) * HOUR;
const FRESH: ExploreStart = { viewport: null, cursorTs: null, replay: false };

function memory(): SeenStorage {
  const text = new Map<string, string>();
  return { getItem: (key) => text.get(key) ?? null, setItem: (key, value) => void text.set(key, value) };
}

function open(start: Partial<ExploreStart> = {}, storage = memory()) {
  const sent: NewEntry[] = [];
  const made: number[] = [];
  const trouble: { makes: Error | null; puts: Error | null } = { makes: null, puts: null };
  const seen = createSeen(storage, 'ana');
  let clock = 1_000_000;
  let ids = 0;
  const store = createExploreStore(
    {
      author: 'ana',
      series,
      seen,
      async put(entry) {
        if (trouble.puts) throw trouble.puts;
        sent.push(entry);
        return { ...entry, seq: sent.length, refusal: null } satisfies OutboxEntry;
      },
      async makeWindow(ts) {
        if (trouble.makes) throw trouble.makes;
        made.push(ts);
        return { windowId: `window ${ts}` };
      },
      now: () => (clock += 1000),
      newId: () => `id ${++ids}`,
    },
    { ...FRESH, ...start },
  );
  const labels = () =>
    sent
      .flatMap(answersOf)
      .flatMap((input) => (input.kind === 'label' ? [[input.label, input.sawFuture, input.windowId]] : []));
  return { store, seen, sent, made, trouble, labels, storage, end: () => endOf(store.getState(), BARS) };
}

describe('labelling a bar', () => {
  it('takes two presses of one key: the first hides what comes after the bar, the second records', async () => {
    const { store, labels, sent, made, end } = open({ cursorTs: tsOf(1200) });
    await store.getState().press('flag');
    expect(store.getState()).toMatchObject({ armed: 'flag', cursor: 1200 });
    expect(end()).toBe(1201);
    expect(sent).toEqual([]);
    await store.getState().press('wedge');
    expect(store.getState().armed).toBe('wedge');
    await store.getState().press('wedge');
    expect(labels()).toEqual([['wedge', true, `window ${tsOf(1200)}`]]);
    expect(sent[0]).toMatchObject({ author: 'ana', queueId: null, leaseIds: [], input: { itemId: null } });
    expect(made).toEqual([tsOf(1200)]);
    expect(store.getState()).toMatchObject({ armed: null, recording: false });
    expect(end()).toBe(BARS);
  });

  it('is refused in words, without asking the server, where no valid window ends', async () => {
    const { store, made } = open({ cursorTs: tsOf(100) });
    await store.getState().press('flag');
    expect(store.getState().armed).toBeNull();
    expect(store.getState().notice).toContain('only 100 bars lie before it');
    store.getState().goTo(1030);
    await store.getState().press('flag');
    expect(store.getState().notice).toContain('a gap of 11 timeframes');
    store.getState().goTo(1063);
    await store.getState().press('flag');
    expect(store.getState().armed).toBe('flag');
    // Armed, the cursor may not be moved to where nothing could be recorded.
    store.getState().step(-1);
    expect(store.getState().armed).toBeNull();
    expect(made).toEqual([]);
  });

  it('keeps its finger on the trigger while the server or the browser fails', async () => {
    const { store, trouble, labels } = open({ cursorTs: tsOf(1200) });
    await store.getState().press('flag');
    trouble.makes = new OfflineError('away');
    await store.getState().record();
    expect(store.getState()).toMatchObject({ armed: 'flag', recording: false, given: [] });
    expect(store.getState().notice).toContain('Nothing was recorded');
    trouble.makes = null;
    trouble.puts = new Error('disk full');
    await store.getState().record();
    expect(store.getState().notice).toContain('disk full');
    trouble.puts = null;
    await store.getState().record();
    expect(labels()).toHaveLength(1);
  });
});

describe('sawFuture', () => {
  const labelAt = async ({ store }: ReturnType<typeof open>) => {
    await store.getState().press('flag');
    await store.getState().record();
  };

  it('is true after the whole history was in view, however much is hidden afterwards', async () => {
    const look = open({ cursorTs: tsOf(1200) });
    look.store.getState().toggleReplay();
    expect(look.end()).toBe(1201);
    await labelAt(look);
    expect(look.labels()[0][1]).toBe(true);
  });

  it('is false in a replay that has shown nothing later, bar after bar', async () => {
    const look = open({ cursorTs: tsOf(1200), replay: true });
    await labelAt(look);
    look.store.getState().step(1);
    await labelAt(look);
    expect(look.labels().map(([, sawFuture]) => sawFuture)).toEqual([false, false]);
    expect(look.seen.furthest(7)).toBe(tsOf(1201));
  });

  it('is true again for a bar before the furthest that the replay has shown', async () => {
    const look = open({ cursorTs: tsOf(1200), replay: true });
    look.store.getState().step(5);
    look.store.getState().step(-1);
    await labelAt(look);
    look.store.getState().step(1);
    await labelAt(look);
    expect(look.labels().map(([, sawFuture]) => sawFuture)).toEqual([true, false]);
  });

  it('is true once the replay was left, also after a reload in the same browser', async () => {
    const first = open({ cursorTs: tsOf(1200), replay: true });
    first.store.getState().toggleReplay();
    expect(first.store.getState()).toMatchObject({ replay: true, leaving: true });
    expect(first.seen.sawAfter(7, tsOf(1200))).toBe(false);
    first.store.getState().toggleReplay();
    expect(first.store.getState()).toMatchObject({ replay: false, leaving: false });
    const again = open({ cursorTs: tsOf(1300), replay: true }, first.storage);
    await labelAt(again);
    expect(again.labels()[0][1]).toBe(true);
  });
});

describe('a replay', () => {
  it('begins where a person has got to, or near the start of a series they have not seen', () => {
    expect(open({ replay: true }).store.getState().cursor).toBe(256);
    const storage = memory();
    open({ cursorTs: tsOf(900), replay: true }, storage);
    expect(open({ replay: true }, storage).store.getState().cursor).toBe(900);
  });

  it('shows one more bar a step and nothing past the last', () => {
    const { store, end } = open({ cursorTs: tsOf(BARS - 2), replay: true });
    store.getState().step(1);
    expect(end()).toBe(BARS);
    store.getState().step(10);
    expect(store.getState().cursor).toBe(BARS - 1);
  });
});

describe('undo', () => {
  const stored = (annotationId: string, more: Partial<PersonMark>): PersonMark => ({
    source: 'people',
    annotationId,
    windowId: `window of ${annotationId}`,
    bar: 500,
    ts: tsOf(500),
    class: 'flag',
    mine: true,
    author: null,
    sawFuture: true,
    fromQueue: false,
    answeredAt: 10,
    ...more,
  });

  it('takes the newest label back that the person gave here, and no other', async () => {
    const { store, sent } = open();
    const server = [
      stored('older', { answeredAt: 5 }),
      stored('queue', { answeredAt: 90, fromQueue: true }),
      stored('others', { answeredAt: 99, mine: false }),
      stored('mine', { answeredAt: 20, ts: tsOf(600) }),
    ];
    const standing = () => standingPeople(server, store.getState());
    await store.getState().undo(standing());
    await store.getState().undo(standing());
    await store.getState().undo(standing());
    expect(sent.map((entry) => [takenBackBy(entry), windowsOf(entry)])).toEqual([
      [['mine'], ['window of mine']],
      [['older'], ['window of older']],
    ]);
    expect(store.getState().notice).toContain('no label of yours');
    expect(standing().map(({ annotationId }) => annotationId)).toEqual(['queue', 'others']);
    expect(store.getState().cursor).toBe(500);
  });

  it('shows a label at once and once, and one that the server refuses no more', async () => {
    const { store } = open({ cursorTs: tsOf(1200) });
    await store.getState().press('flag');
    await store.getState().record();
    const [given] = store.getState().given;
    expect(standingPeople([], store.getState())).toMatchObject([
      { class: 'flag', ts: tsOf(1200), mine: true },
    ]);
    expect(standingPeople([given], store.getState())).toHaveLength(1);
    store.getState().refused(new Set([given.annotationId]));
    expect(standingPeople([], store.getState())).toEqual([]);
    expect(store.getState().notice).toContain('refused');
  });
});
