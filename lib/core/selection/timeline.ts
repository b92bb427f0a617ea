import { WINDOW_BARS } from '../window.ts';

/** Where a window lies. */
export interface Span {
  readonly seriesId: number;
  /** Bar t counted on the series' own grid, so that two windows of a series overlap when they are under 64 apart. */
  readonly bar: number;
}

/** Windows of a series that share bars are kept at least this many places apart, as far as the others allow it. */
export const SPACING = 256;

const WAITING = -1;

/**
 * Which windows of a series share bars, and which of them have their place. Whoever has been served a window can no
 * longer judge an earlier one that shares bars with it: the later one has shown how it went on. So a waiting window is
 * spoiled once a later one that overlaps it has its place.
 *
 * Windows are numbered as given: those of `waiting` from 0. Each question looks at the few windows within 64 bars.
 */
export class Timeline {
  readonly #count: number;
  /** The place of the first of `waiting`, all of `before` being counted. */
  readonly #first: number;
  readonly #seriesId: Int32Array;
  readonly #bar: Float64Array;
  /** Windows by series and bar, and where in that order each stands. */
  readonly #inTime: Uint32Array;
  readonly #rank: Uint32Array;
  readonly #place: Int32Array;
  readonly #spoiled: Uint8Array;
  /** Whether the series are too short to keep windows that share bars SPACING places apart. */
  readonly isTight: boolean;

  /** @param before the windows that are served before those that wait, in that order */
  constructor(waiting: readonly Span[], before: readonly Span[]) {
    const spans = [...waiting, ...before];
    this.#count = waiting.length;
    this.#first = before.length;
    this.#seriesId = Int32Array.from(spans, ({ seriesId }) => seriesId);
    this.#bar = Float64Array.from(spans, ({ bar }) => bar);
    this.#inTime = Uint32Array.from(spans.keys()).sort(
      (a, b) => this.#seriesId[a] - this.#seriesId[b] || this.#bar[a] - this.#bar[b] || a - b,
    );
    this.#rank = new Uint32Array(spans.length);
    for (let rank = 0; rank < spans.length; rank++) this.#rank[this.#inTime[rank]] = rank;
    this.isTight = this.#countApart() < 2 * SPACING;
    this.#place = new Int32Array(spans.length).fill(WAITING);
    this.#spoiled = new Uint8Array(spans.length);
    for (let i = 0; i < before.length; i++) this.#put(waiting.length + i, i);
  }

  /** Sorts windows by series and bar. */
  compare(a: number, b: number): number {
    return this.#rank[a] - this.#rank[b];
  }

  /** Gives a window its place, counted from 0 for the first of `waiting`. */
  put(window: number, place: number): void {
    this.#put(window, this.#first + place);
  }

  waits(window: number): boolean {
    return window < this.#count && this.#place[window] === WAITING;
  }

  isSpoiled(window: number): boolean {
    return this.#spoiled[window] === 1;
  }

  /** Whether a window shares bars with one that has one of the last 256 places before `place`. */
  crowds(window: number, place: number): boolean {
    const recent = this.#first + place - SPACING;
    for (let rank = this.#rank[window] - 1; this.#overlaps(window, rank); rank--) {
      if (this.#placeAt(rank) > recent) return true;
    }
    for (let rank = this.#rank[window] + 1; this.#overlaps(window, rank); rank++) {
      if (this.#placeAt(rank) > recent) return true;
    }
    return false;
  }

  /** From 0 for a window that crowds none to nearly 1 for one that shares bars with the one placed just before. */
  crowding(window: number, place: number): number {
    let last = Number.NEGATIVE_INFINITY;
    for (let rank = this.#rank[window] - 1; this.#overlaps(window, rank); rank--) {
      last = Math.max(last, this.#placeAt(rank));
    }
    for (let rank = this.#rank[window] + 1; this.#overlaps(window, rank); rank++) {
      last = Math.max(last, this.#placeAt(rank));
    }
    return Math.max(0, 1 - (this.#first + place - last) / SPACING);
  }

  /** How many waiting windows would be spoiled if this one came now. */
  spoils(window: number): number {
    let count = 0;
    for (let rank = this.#rank[window] - 1; this.#overlaps(window, rank); rank--) {
      const earlier = this.#inTime[rank];
      if (this.#isSpoiledBy(earlier, window)) count++;
    }
    return count;
  }

  #put(window: number, place: number): void {
    this.#place[window] = place;
    for (let rank = this.#rank[window] - 1; this.#overlaps(window, rank); rank--) {
      const earlier = this.#inTime[rank];
      if (this.#isSpoiledBy(earlier, window)) this.#spoiled[earlier] = 1;
    }
  }

  #isSpoiledBy(earlier: number, later: number): boolean {
    return this.waits(earlier) && this.#spoiled[earlier] === 0 && this.#bar[earlier] < this.#bar[later];
  }

  #placeAt(rank: number): number {
    const place = this.#place[this.#inTime[rank]];
    return place === WAITING ? Number.NEGATIVE_INFINITY : place;
  }

  /** How many windows of all have none before them that shares bars, each taken as early as it can be. */
  #countApart(): number {
    let count = 0;
    let last = -1;
    for (const window of this.#inTime) {
      const isFirst = last < 0 || this.#seriesId[last] !== this.#seriesId[window];
      if (!isFirst && this.#bar[window] - this.#bar[last] < WINDOW_BARS) continue;
      last = window;
      count++;
    }
    return count;
  }

  #overlaps(window: number, rank: number): boolean {
    if (rank < 0 || rank >= this.#inTime.length) return false;
    const other = this.#inTime[rank];
    return (
      this.#seriesId[other] === this.#seriesId[window] &&
      Math.abs(this.#bar[other] - this.#bar[window]) < WINDOW_BARS
    );
  }
}
