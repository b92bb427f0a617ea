import { v7 as uuidV7 } from 'uuid';
import { expect, it } from 'vitest';
import type { PageInput } from '@/lib/contract/grid.ts';
import { createPageMemory, type KeptPage } from './page-memory.ts';

function storageOf(kept: Map<string, string>): Storage {
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  } as Storage;
}

function pageOf(cells: number): KeptPage {
  const answeredAt = '2026-01-01T00:00:00.000Z';
  const input: PageInput = {
    id: uuidV7(),
    queueId: 1,
    class: 'flag',
    elapsedMs: 9_000,
    answeredAt,
    answers: Array.from({ length: cells }, (_, i) => ({
      kind: 'label',
      id: uuidV7(),
      windowId: uuidV7(),
      itemId: String(i),
      elapsedMs: 200,
      answeredAt,
      label: 'flag',
    })),
  };
  return { input, size: 48 };
}

it('keeps pages over a reload, the newest first, each person and queue apart', () => {
  const storage = storageOf(new Map());
  const pages = [pageOf(12), pageOf(48)];
  createPageMemory(storage, 'ann', 1).write(pages);
  const ids = createPageMemory(storage, 'ann', 1)
    .read()
    .map(({ input }) => input.id);
  expect(ids).toEqual(pages.map(({ input }) => input.id));
  expect(createPageMemory(storage, 'ann', 2).read()).toEqual([]);
  expect(createPageMemory(storage, 'bob', 1).read()).toEqual([]);
});

it('keeps an afternoon of full pages in a fraction of what a tab may hold, without their charts', () => {
  const kept = new Map<string, string>();
  const charts = new Array<number>(100_000).fill(1);
  const pages = Array.from({ length: 90 }, () => ({ ...pageOf(48), items: charts }));
  createPageMemory(storageOf(kept), 'ann', 1).write(pages);
  const [text] = kept.values();
  expect(createPageMemory(storageOf(kept), 'ann', 1).read()).toHaveLength(60);
  // Browsers allow five million characters.
  expect(text.length).toBeLessThan(1_000_000);
});

it('takes what it cannot read for nothing', () => {
  const kept = new Map([['halyard-pages:ann:1', '{"half']]);
  const memory = createPageMemory(storageOf(kept), 'ann', 1);
  expect(memory.read()).toEqual([]);
  kept.set('halyard-pages:ann:1', '[{"input":{},"size":13}]');
  expect(memory.read()).toEqual([]);
  expect(createPageMemory(null, 'ann', 1).read()).toEqual([]);
});
