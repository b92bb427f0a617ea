import { describe, expect, it } from 'vitest';
import type { PlantedPattern } from './truth.ts';
import { scoreAgainstTruth, sumScores } from './truth-score.ts';

const wedge = (visibleFromTs: number, ts: number): PlantedPattern => ({
  class: 'wedge',
  visibleFromTs,
  ts,
  direction: 1,
  poleKatr: null,
});
const truth = [
  wedge(100, 120),
  { ...wedge(130, 130), class: 'flag' as const },
  wedge(200, 220),
  wedge(300, 300),
];

describe('scoreAgainstTruth', () => {
  it('finds a pattern from three bars before it shows to three bars after it is complete, and no further', () => {
    const found = (ts: number) => scoreAgainstTruth(truth, 'wedge', [ts], 1).found;
    expect([96, 97, 110, 123, 124].map(found)).toEqual([0, 1, 1, 1, 0]);
  });

  it('counts every event for precision but a pattern once for recall', () => {
    const score = scoreAgainstTruth(truth, 'wedge', [101, 114, 130, 301], 1);
    expect(score).toEqual({ planted: 3, found: 2, events: 4, right: 3, precision: 0.75, recall: 2 / 3 });
  });

  it('adds up over series, and knows no share of nothing', () => {
    const one = scoreAgainstTruth(truth, 'wedge', [101], 1);
    const none = scoreAgainstTruth([], 'wedge', [], 1);
    expect(none).toMatchObject({ precision: null, recall: null });
    expect(sumScores([one, one, none])).toMatchObject({ planted: 6, found: 2, events: 2, recall: 1 / 3 });
  });
});
