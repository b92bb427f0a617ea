import { describe, expect, it } from 'vitest';
import { WEAK_CLASSES } from './event.ts';
import { guideExamples } from './guide-examples.ts';
import { WINDOW_BARS } from './window.ts';

describe.each(WEAK_CLASSES)('examples of %s', (id) => {
  const examples = guideExamples(id);

  it('show what they say: the rules agree on each that counts, and see nothing in the others', () => {
    expect(examples).toHaveLength(4);
    for (const { accepted, votes } of examples) {
      const fired = votes.filter(({ state }) => state === 'fired').map(({ rule }) => rule);
      expect(fired).toEqual(accepted && id !== 'none' ? [id] : []);
    }
  });

  it('are windows whose indicators have settled, and differ', () => {
    for (const { opened } of examples) {
      expect(opened.t).toBeGreaterThanOrEqual(160);
      expect(opened.windowStart).toBe(opened.t - WINDOW_BARS + 1);
    }
    expect(new Set(examples.map(({ opened }) => opened.bars.close[opened.t])).size).toBe(4);
  });
});
