import type { Stretches } from './stretches.ts';
import type { Timeline } from './timeline.ts';

/** A line of windows; other lanes may hold the same ones, and whichever has its turn first takes them. */
export interface Lane {
  /** False once it has no more windows, and from then on. */
  isOpen(): boolean;
  /** The windows that may go next, the most wanted first. */
  near(): readonly number[];
  /** Hears which of them went. */
  took(window: number): void;
}

/** A ranking, best first; any of the first `reach` windows left in it may go next. */
export class RankedLane implements Lane {
  readonly #ranking: ArrayLike<number>;
  readonly #reach: number;
  readonly #mayGo: (window: number) => boolean;
  #near: number[] = [];
  #next = 0;

  /** @param mayGo whether a window is still to be had; once not, never again */
  constructor(ranking: ArrayLike<number>, reach: number, mayGo: (window: number) => boolean) {
    this.#ranking = ranking;
    this.#reach = reach;
    this.#mayGo = mayGo;
  }

  isOpen(): boolean {
    return this.#near.some(this.#mayGo) || this.near().length > 0;
  }

  near(): readonly number[] {
    this.#near = this.#near.filter(this.#mayGo);
    while (this.#near.length < this.#reach && this.#next < this.#ranking.length) {
      const window = this.#ranking[this.#next++];
      if (this.#mayGo(window)) this.#near.push(window);
    }
    return this.#near;
  }

  took(): void {
    // From now on `mayGo` says no to it.
  }
}

/** How many stretches are looked at for a window that can come in the order of time: one turn of each, in most queues. */
const STRETCHES_NEAR = 512;

/**
 * Windows in the order of time within each stretch, the stretches by turns. Spoiled ones are passed over: they have lost
 * their turn in time.
 */
export class StretchLane implements Lane {
  #lines: { readonly windows: readonly number[]; next: number }[];
  readonly #timeline: Timeline;

  constructor(windows: Iterable<number>, stretches: Stretches, timeline: Timeline) {
    this.#timeline = timeline;
    const lines = new Map<number, number[]>();
    for (const window of windows) {
      const stretch = stretches.stretchOf[window];
      const line = lines.get(stretch);
      if (line) line.push(window);
      else lines.set(stretch, [window]);
    }
    this.#lines = inTurn([...lines.keys()], stretches).map((stretch) => {
      const line = lines.get(stretch) ?? [];
      return { windows: line.sort((a, b) => timeline.compare(a, b)), next: 0 };
    });
  }

  isOpen(): boolean {
    return this.#fronts(1).length > 0;
  }

  near(): readonly number[] {
    return this.#fronts(STRETCHES_NEAR);
  }

  /** Its stretch has the last turn now. */
  took(window: number): void {
    const at = this.#lines.findIndex(({ windows, next }) => windows[next] === window);
    if (at >= 0) this.#lines.push(...this.#lines.splice(at, 1));
  }

  /** The oldest window of each of the first `count` stretches that have one. */
  #fronts(count: number): number[] {
    const fronts: number[] = [];
    let ended = false;
    for (const line of this.#lines) {
      if (fronts.length === count) break;
      while (line.next < line.windows.length && !this.#mayGo(line.windows[line.next])) line.next++;
      if (line.next < line.windows.length) fronts.push(line.windows[line.next]);
      else ended = true;
    }
    if (ended) this.#lines = this.#lines.filter(({ windows, next }) => next < windows.length);
    return fronts;
  }

  #mayGo(window: number): boolean {
    return this.#timeline.waits(window) && !this.#timeline.isSpoiled(window);
  }
}

/** Every series has a turn before any has its second, whichever of its stretches have windows. */
function inTurn(held: number[], { parts, rounds, within }: Stretches): number[] {
  const turns = new Map<number, number>();
  const taken = new Map<number, number>();
  for (const stretch of held.sort((a, b) => rounds[a] - rounds[b])) {
    const series = Math.floor(stretch / parts);
    const round = taken.get(series) ?? 0;
    taken.set(series, round + 1);
    turns.set(stretch, round + within[stretch]);
  }
  return held.sort((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0));
}

/** Two lanes, the second open when the first is empty. */
export class LaneAfterLane implements Lane {
  readonly #first: Lane;
  readonly #then: Lane;

  constructor(first: Lane, then: Lane) {
    this.#first = first;
    this.#then = then;
  }

  isOpen(): boolean {
    return this.#first.isOpen() || this.#then.isOpen();
  }

  near(): readonly number[] {
    return this.#first.isOpen() ? this.#first.near() : this.#then.near();
  }

  took(window: number): void {
    this.#first.took(window);
    this.#then.took(window);
  }
}
