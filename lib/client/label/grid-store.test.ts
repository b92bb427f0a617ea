import { describe, expect, it } from 'vitest';
import {
  createGridStore,
  GRID_SIZES,
  type GridStep,
  type GridStore,
  placeOf,
  summaryOf,
} from './grid-store.ts';

const windows = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `w${from + i}`);

/** A page of 4 rows of 6, 22 windows of it there. */
function openPage() {
  const store = createGridStore();
  store.getState().open({ suggested: 'flag', windows: windows(22) });
  return store;
}

function focusOf(store: GridStore): number {
  const { focus, page } = store.getState();
  return placeOf(focus, page?.windows ?? []);
}

describe('focus', () => {
  const focusAfter = (place: number, ...steps: GridStep[]) => {
    const store = openPage();
    store.getState().focusOn(`w${place}`);
    for (const step of steps) store.getState().move(step);
    return focusOf(store);
  };

  it('moves by a cell or a row, and through the rows to the right and left', () => {
    expect(focusAfter(7, 'right')).toBe(8);
    expect(focusAfter(7, 'up')).toBe(1);
    expect(focusAfter(7, 'down', 'down')).toBe(19);
    expect(focusAfter(5, 'right')).toBe(6);
    expect(focusAfter(6, 'left')).toBe(5);
  });

  it('goes to a row’s ends, in a row that is not full to its last window', () => {
    expect(focusAfter(9, 'rowStart')).toBe(6);
    expect(focusAfter(9, 'rowEnd')).toBe(11);
    expect(focusAfter(18, 'rowEnd')).toBe(21);
  });

  it('stays where there is nothing to go to', () => {
    expect(focusAfter(0, 'left')).toBe(0);
    expect(focusAfter(2, 'up')).toBe(2);
    expect(focusAfter(21, 'right')).toBe(21);
    expect(focusAfter(17, 'down')).toBe(17);
  });

  it('moves by the rows of the size chosen', () => {
    const store = openPage();
    store.getState().setSize(GRID_SIZES[2]);
    store.getState().move('down');
    expect(focusOf(store)).toBe(8);
  });
});

describe('exceptions', () => {
  it('marks the focused window, changes the mark, and counts it once', () => {
    const store = openPage();
    store.getState().focusOn('w3');
    store.getState().mark('wedge');
    store.getState().mark('skip');
    expect([...store.getState().exceptions]).toEqual([['w3', 'skip']]);
    expect(summaryOf(store.getState())).toEqual({ confirmed: 21, exceptions: 1 });
  });

  it('takes a mark away by the same key again, by the suggested class, and by clear', () => {
    const store = openPage();
    const { mark, clear } = store.getState();
    for (const undo of [() => mark('wedge'), () => mark('flag'), clear]) {
      mark('wedge');
      expect(store.getState().exceptions.size).toBe(1);
      undo();
      expect(store.getState().exceptions.size).toBe(0);
    }
  });

  it('marks nothing where no page is open', () => {
    const store = createGridStore();
    store.getState().mark('wedge');
    expect(store.getState().exceptions.size).toBe(0);
  });
});

describe('opening a page', () => {
  it('begins a new one at its first window, without marks', () => {
    const store = openPage();
    store.getState().focusOn('w5');
    store.getState().mark('none');
    store.getState().open({ suggested: 'wedge', windows: windows(24, 100) });
    expect(focusOf(store)).toBe(0);
    expect(summaryOf(store.getState())).toEqual({ confirmed: 24, exceptions: 0 });
    store.getState().move('right');
    expect(focusOf(store)).toBe(1);
  });

  it('keeps focus and every mark when the page is cut anew, and counts those in view', () => {
    const store = openPage();
    store.getState().focusOn('w2');
    store.getState().mark('none');
    store.getState().focusOn('w15');
    store.getState().mark('blowoff');
    store.getState().focusOn('w2');
    store.getState().open({ suggested: 'flag', windows: windows(12) });
    expect(focusOf(store)).toBe(2);
    expect(summaryOf(store.getState())).toEqual({ confirmed: 11, exceptions: 1 });
    store.getState().open({ suggested: 'flag', windows: windows(12, 12) });
    expect([...store.getState().exceptions]).toEqual([
      ['w2', 'none'],
      ['w15', 'blowoff'],
    ]);
    expect(summaryOf(store.getState())).toEqual({ confirmed: 11, exceptions: 1 });
  });

  it('shows the marks of a page that comes back, and forgets those of one that has gone', () => {
    const store = openPage();
    store.getState().mark('none');
    store.getState().restore(new Map([['w9', 'wedge']]));
    expect(summaryOf(store.getState())).toEqual({ confirmed: 20, exceptions: 2 });
    store.getState().forget(['w0']);
    expect([...store.getState().exceptions]).toEqual([['w9', 'wedge']]);
  });
});
