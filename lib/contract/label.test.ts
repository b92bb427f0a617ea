import { describe, expect, it } from 'vitest';
import { annotationInputSchema } from './label.ts';

const answer = {
  kind: 'skip',
  id: '018f0000-0000-7000-8000-000000000001',
  windowId: '018f0000-0000-7000-8000-000000000002',
  itemId: '7',
  skipReason: 'other',
  elapsedMs: 10,
  answeredAt: '2026-01-01T00:00:00.000Z',
};

describe('an answer', () => {
  it('keeps of a note what the database keeps as it is, so that sending it again says the same', () => {
    const { note } = annotationInputSchema.parse({ ...answer, note: 'a\0b 🚩 \ud83d' });
    expect(note).toBe('ab 🚩 \ufffd');
  });

  it('is refused where its item id is no id that an item can have', () => {
    expect(annotationInputSchema.safeParse({ ...answer, itemId: '9'.repeat(19) }).success).toBe(false);
    expect(annotationInputSchema.safeParse({ ...answer, itemId: '9'.repeat(18) }).success).toBe(true);
  });
});
