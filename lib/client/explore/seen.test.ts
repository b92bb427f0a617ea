import { describe, expect, it } from 'vitest';
import { createSeen, type SeenStorage } from './seen.ts';

function memory(): SeenStorage & { text: Map<string, string> } {
  const text = new Map<string, string>();
  return {
    text,
    getItem: (key) => text.get(key) ?? null,
    setItem: (key, value) => void text.set(key, value),
  };
}

describe('what a person has seen', () => {
  it('is nothing at first: a label at any bar was given without later ones', () => {
    const seen = createSeen(memory(), 'ana');
    expect(seen.furthest(1)).toBeNull();
    expect(seen.sawAfter(1, 1000)).toBe(false);
  });

  it('goes as far as the furthest bar, whatever was looked at afterwards', () => {
    const seen = createSeen(memory(), 'ana');
    seen.see(1, 5000);
    seen.see(1, 2000);
    expect(seen.furthest(1)).toBe(5000);
    expect([4999, 5000, 5001].map((ts) => seen.sawAfter(1, ts))).toEqual([true, false, false]);
    expect(seen.sawAfter(2, 0)).toBe(false);
  });

  it('outlives a reload, and is each person’s own', () => {
    const storage = memory();
    createSeen(storage, 'ana').see(1, 5000);
    expect(createSeen(storage, 'ana').sawAfter(1, 4000)).toBe(true);
    expect(createSeen(storage, 'ben').sawAfter(1, 4000)).toBe(false);
  });

  it('includes what another tab shows at the same time, and takes nothing of it back', () => {
    const storage = memory();
    const [one, other] = [createSeen(storage, 'ana'), createSeen(storage, 'ana')];
    one.see(1, 3000);
    other.see(1, 9000);
    other.see(2, 10);
    one.see(1, 4000);
    expect(one.sawAfter(1, 8000)).toBe(true);
    expect(createSeen(storage, 'ana').furthest(1)).toBe(9000);
    expect(createSeen(storage, 'ana').furthest(2)).toBe(10);
  });

  it('counts as everything where it cannot be kept, or is damaged', () => {
    expect(createSeen(null, 'ana').sawAfter(1, 0)).toBe(true);
    const full: SeenStorage = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    const seen = createSeen(full, 'ana');
    expect(seen.sawAfter(1, 10)).toBe(false);
    seen.see(1, 5);
    expect(seen.sawAfter(1, 10)).toBe(true);
    const damaged = memory();
    damaged.setItem('halyard-seen:ana', '{"1": "yesterday"}');
    expect(createSeen(damaged, 'ana').sawAfter(1, 10)).toBe(true);
  });
});
