import { createRandom, type Random } from '@/lib/core/random.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';

/** A window that waits for its place in a queue. */
export interface Waiting {
  readonly seriesId: number;
  /** Bar t counted on the series' own grid, so that two windows of a series overlap when they are under 64 apart. */
  readonly bar: number;
  /** Place in the class map of the class that is suggested. */
  readonly classIndex: number;
  /** A hard case of its class, such as a near miss for `none`: these take turns with the others. */
  readonly hard: boolean;
}

export interface OrderOptions {
  /** How many more labels each class wants, by place in the class map: its share of the turns. */
  readonly deficits: readonly number[];
  readonly seed: number;
  /** The windows that are served just before, last one last. */
  readonly before: readonly Pick<Waiting, 'seriesId' | 'bar'>[];
}

/** Windows of a series that share bars are kept at least this many places apart, as far as the others allow it. */
export const SPACING = 256;
/** How far to look for a window that shares no bars with those just placed. */
const LOOKAHEAD = 48;
/** A class that wants no more still gets a turn now and then, rather than waiting for the end. */
const LEAST_SHARE = 0.02;

/**
 * The serving order of `waiting`, as indices into it. Classes take turns by their deficits; within a class every series
 * gives one window before any gives its second, and each series' windows jump about in time.
 */
export function orderQueue(waiting: readonly Waiting[], options: OrderOptions): Int32Array {
  const random = createRandom(options.seed);
  const lanes = options.deficits.map((_, index) => classLane(waiting, index, random));
  const placed = new PlacedWindows();
  for (const [i, window] of options.before.entries()) placed.add(window, i - options.before.length);
  const most = Math.max(1, ...options.deficits);
  const shares = options.deficits.map((deficit) => Math.max(deficit / most, LEAST_SHARE));
  const credit = shares.map(() => 0);

  const order = new Int32Array(waiting.length);
  for (let place = 0; place < order.length; place++) {
    const open = lanes.flatMap((lane, index) => (lane.length > 0 ? [index] : []));
    const total = open.reduce((sum, index) => sum + shares[index], 0);
    for (const index of open) credit[index] += shares[index] / total;
    open.sort((a, b) => credit[b] - credit[a] || a - b);
    const chosen = chooseNext(waiting, lanes, open, placed, place);
    credit[chosen.lane] -= 1;
    order[place] = lanes[chosen.lane].take(chosen.offset);
    placed.add(waiting[order[place]], place);
  }
  return order;
}

/** The first window near the front, of the class whose turn it is if possible, that shares no bars with recent ones. */
function chooseNext(
  waiting: readonly Waiting[],
  lanes: readonly Lane[],
  open: readonly number[],
  placed: PlacedWindows,
  place: number,
): { lane: number; offset: number } {
  for (const lane of open) {
    const reach = Math.min(LOOKAHEAD, lanes[lane].length);
    for (let offset = 0; offset < reach; offset++) {
      if (!placed.crowds(waiting[lanes[lane].peek(offset)], place)) return { lane, offset };
    }
  }
  return { lane: open[0], offset: 0 };
}

/** A line of indices that is taken from near its front. */
class Lane {
  #items: Int32Array;
  #front = 0;

  constructor(items: Int32Array) {
    this.#items = items;
  }

  get length(): number {
    return this.#items.length - this.#front;
  }

  peek(offset: number): number {
    return this.#items[this.#front + offset];
  }

  /** Takes the one `offset` from the front; those before it keep their order. */
  take(offset: number): number {
    const at = this.#front + offset;
    const taken = this.#items[at];
    this.#items.copyWithin(this.#front + 1, this.#front, at);
    this.#front++;
    return taken;
  }
}

/** Where windows were placed, by series and stretch of 64 bars: whatever overlaps lies in the same or the next stretch. */
class PlacedWindows {
  #byStretch = new Map<string, { bar: number; place: number }[]>();

  add({ seriesId, bar }: Pick<Waiting, 'seriesId' | 'bar'>, place: number): void {
    const key = `${seriesId}/${Math.floor(bar / WINDOW_BARS)}`;
    const here = this.#byStretch.get(key);
    if (here) here.push({ bar, place });
    else this.#byStretch.set(key, [{ bar, place }]);
  }

  crowds({ seriesId, bar }: Waiting, place: number): boolean {
    const stretch = Math.floor(bar / WINDOW_BARS);
    for (let near = stretch - 1; near <= stretch + 1; near++) {
      const there = this.#byStretch.get(`${seriesId}/${near}`);
      if (there?.some((one) => place - one.place < SPACING && Math.abs(one.bar - bar) < WINDOW_BARS)) {
        return true;
      }
    }
    return false;
  }
}

/** One class's windows: hard and plain ones in turn while both last. */
function classLane(waiting: readonly Waiting[], classIndex: number, random: Random): Lane {
  const own = [...waiting.keys()].filter((i) => waiting[i].classIndex === classIndex);
  const plain = spreadOut(
    waiting,
    own.filter((i) => !waiting[i].hard),
    random,
  );
  const hard = spreadOut(
    waiting,
    own.filter((i) => waiting[i].hard),
    random,
  );
  const merged = new Int32Array(own.length);
  let p = 0;
  let h = 0;
  for (let i = 0; i < merged.length; i++) {
    const takePlain = h >= hard.length || (p < plain.length && p <= h);
    merged[i] = takePlain ? plain[p++] : hard[h++];
  }
  return new Lane(merged);
}

/** Round-robin over series in an order that is drawn anew each round; within a series by the van der Corput sequence. */
function spreadOut(waiting: readonly Waiting[], own: readonly number[], random: Random): number[] {
  const bySeries = new Map<number, number[]>();
  for (const i of own) {
    const list = bySeries.get(waiting[i].seriesId);
    if (list) list.push(i);
    else bySeries.set(waiting[i].seriesId, [i]);
  }
  const keyed: { index: number; key: number }[] = [];
  for (const list of bySeries.values()) {
    list.sort((a, b) => waiting[a].bar - waiting[b].bar);
    const shift = random.int(list.length);
    const jumps = [...list.keys()].sort((a, b) => reversedBits(a) - reversedBits(b));
    for (const [round, jump] of jumps.entries()) {
      keyed.push({ index: list[(jump + shift) % list.length], key: round + random.next() });
    }
  }
  return keyed.sort((a, b) => a.key - b.key).map(({ index }) => index);
}

/** The 32 bits of n in reverse order (van der Corput 1935, base 2): counting n up jumps about evenly. */
function reversedBits(n: number): number {
  let v = n;
  v = ((v >>> 1) & 0x55555555) | ((v & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  v = ((v >>> 8) & 0x00ff00ff) | ((v & 0x00ff00ff) << 8);
  return ((v >>> 16) | (v << 16)) >>> 0;
}
