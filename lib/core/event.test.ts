import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLEAR,
  createEventState,
  DROPPED,
  EVENT,
  formEvents,
  NO_WINDOW,
  NONE_LABEL,
  SHADOWED,
  UNDECIDED_LABEL,
  WEAK_CLASSES,
  weakLabels,
} from './event.ts';
import { FIRED, NEAR, NO, UNDECIDED } from './rule/vote.ts';

const label = (id: (typeof WEAK_CLASSES)[number]) => WEAK_CLASSES.indexOf(id);

function labelOf(flag: number, wedge: number, blowoff: number, wick: number, valid = 1): number {
  const column = (state: number) => Uint8Array.of(state);
  const out = new Uint8Array(1);
  const states = {
    flag: column(flag),
    wedge: column(wedge),
    blowoff: column(blowoff),
    wick_exhaustion: column(wick),
  };
  weakLabels(states, Uint8Array.of(valid), 0, 1, out);
  return out[0];
}

describe('the weak label', () => {
  it('is the first that fires of blowoff, wick exhaustion, flag and wedge', () => {
    expect(labelOf(FIRED, FIRED, FIRED, FIRED)).toBe(label('blowoff'));
    expect(labelOf(FIRED, FIRED, NO, FIRED)).toBe(label('wick_exhaustion'));
    expect(labelOf(FIRED, FIRED, NO, UNDECIDED)).toBe(label('flag'));
    expect(labelOf(NEAR, FIRED, NO, NO)).toBe(label('wedge'));
  });

  it('is none only where nothing fires and nothing is undecided', () => {
    expect(labelOf(NEAR, NO, NO, NO)).toBe(NONE_LABEL);
    expect(labelOf(NEAR, NO, NO, UNDECIDED)).toBe(UNDECIDED_LABEL);
  });

  it('is missing where no valid window ends', () => {
    expect(labelOf(FIRED, NO, NO, NO, 0)).toBe(NO_WINDOW);
  });
});

/** Labels of 60 bars, `none` but for the given ones. */
function labelsWith(entries: Record<number, number>): Uint8Array {
  const labels = new Uint8Array(60).fill(NONE_LABEL);
  for (const [bar, value] of Object.entries(entries)) labels[Number(bar)] = value;
  return labels;
}

function eventsOf(labels: Uint8Array, spacing = 12): Uint8Array {
  const out = new Uint8Array(labels.length);
  formEvents(labels, 0, labels.length, spacing, createEventState(4), out);
  return out;
}

describe('events', () => {
  it('of one class are more than 12 bars apart, counted from the last kept one', () => {
    const out = eventsOf(labelsWith({ 0: 0, 8: 0, 12: 0, 13: 0, 25: 0, 26: 0 }));
    expect([0, 8, 12, 13, 25, 26].map((t) => out[t])).toEqual([
      EVENT,
      DROPPED,
      DROPPED,
      EVENT,
      DROPPED,
      EVENT,
    ]);
  });

  it('of different classes do not drop each other', () => {
    const out = eventsOf(labelsWith({ 5: 0, 6: 1, 7: 2 }));
    expect([5, 6, 7].map((t) => out[t])).toEqual([EVENT, EVENT, EVENT]);
  });

  it('cast a shadow of 12 bars in which nothing may stand for none', () => {
    const out = eventsOf(labelsWith({ 5: 0, 30: UNDECIDED_LABEL }));
    expect([4, 6, 17, 18, 30].map((t) => out[t])).toEqual([CLEAR, SHADOWED, SHADOWED, CLEAR, CLEAR]);
  });

  it('are the same whole and in pieces, with the piece in columns of its own', () => {
    const labels = fc.uint8Array({ minLength: 1, maxLength: 120, max: 5 });
    fc.assert(
      fc.property(
        labels,
        fc.array(fc.integer({ min: 1, max: 40 })),
        fc.integer({ min: 0, max: 20 }),
        (all, cuts, spacing) => {
          const whole = eventsOf(all, spacing);
          const state = createEventState(4);
          const pieces: number[] = [];
          let from = 0;
          for (const cut of [...cuts, all.length]) {
            const piece = all.slice(from, from + cut);
            const out = new Uint8Array(piece.length);
            formEvents(piece, 0, piece.length, spacing, state, out, from);
            pieces.push(...out);
            from += piece.length;
          }
          expect(pieces).toEqual([...whole]);
        },
      ),
    );
  });
});
