import { describe, expect, it } from 'vitest';
import { curveRows, precisionAt } from './precision-at.ts';

const curve = [
  [0.2, 1],
  [0.6, 0.75],
  [0.8, 0.5],
] as const;

describe('a precision-recall curve', () => {
  it('keeps a step’s precision back to the step before it', () => {
    expect([0, 0.2, 0.21, 0.6, 0.7, 0.8].map((recall) => precisionAt(curve, recall))).toEqual([
      1, 1, 0.75, 0.75, 0.5, 0.5,
    ]);
  });

  it('ends where the curve ends', () => {
    expect(precisionAt(curve, 0.81)).toBeNull();
    expect(precisionAt([], 0)).toBeNull();
  });

  it('has the curve’s average precision as its area', () => {
    const area = 0.2 * 1 + 0.4 * 0.75 + 0.2 * 0.5;
    const rows = curveRows({ flag: curve }, 1000);
    const sum = rows.slice(1).reduce((total, { flag }) => total + (flag ?? 0) / 1000, 0);
    expect(sum).toBeCloseTo(area, 6);
  });

  it('stands beside classes that have none', () => {
    expect(curveRows({ flag: curve, none: null }, 2)).toEqual([
      { recall: 0, flag: 1, none: null },
      { recall: 0.5, flag: 0.75, none: null },
      { recall: 1, flag: null, none: null },
    ]);
  });
});
