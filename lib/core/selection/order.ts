import { createRandom } from '../random.ts';
import { type Lane, LaneAfterLane, RankedLane, StretchLane } from './lane.ts';
import { type Mix, MODEL_STRATEGIES, type ModelStrategy, type Strategy } from './strategy.ts';
import { cutIntoStretches } from './stretches.ts';
import { type Span, Timeline } from './timeline.ts';
import { countTurn, isOpen, laneTurns, type Path, sharedTurns, type Turns, whoseTurn } from './turns.ts';

/** A window that waits for its place in a queue. */
export interface Waiting extends Span {
  /** Place in the class map of the class that is suggested. */
  readonly classIndex: number;
  /** A hard case of its class, such as a near miss for `none`: these take turns with the others. */
  readonly hard: boolean;
}

export interface OrderOptions {
  readonly mix: Mix;
  /** By strategy: indices into the waiting windows, best first. One that lacks its ranking leaves its turns to the others. */
  readonly rankings: Readonly<Partial<Record<ModelStrategy, Int32Array>>>;
  /** The random share, in the order of its lots (lots.ts): these windows belong to no other strategy. */
  readonly sample: Int32Array;
  /** Windows that somebody chose by name: they come before all others, in this order. */
  readonly chosen: Int32Array;
  /** How many more labels each class wants, by place in the class map: its share of the turns of `deficit`. */
  readonly deficits: readonly number[];
  readonly seed: number;
  /** The windows that are served before these, in that order. */
  readonly before: readonly Span[];
}

/** The windows that the strategies placed, as indices into the waiting ones, and which strategy placed each. */
export interface Placement {
  readonly order: Int32Array;
  /** Aligned to `order`; null for a window that was chosen by name. */
  readonly strategies: readonly (Strategy | null)[];
}

/** An order that is made in pieces, so that its caller can show progress and stop. */
export interface Order {
  /** So many windows get a place. */
  readonly total: number;
  /** Places up to `count` more windows; returns how many of all have their place. The pieces' sizes change no result. */
  advance(count: number): number;
  finish(): Placement;
}

/** A class that wants no more still gets a turn now and then, rather than waiting for the end. */
const LEAST_SHARE = 0.02;
/** How far down a ranking is looked for a window that comes at a better time. */
const LOOKAHEAD = 48;

/**
 * The serving order of windows. Strategies take turns by their shares of the mix; `deficit` gives its own to the classes
 * by how many labels they lack. Of the windows near the front of a strategy's lane the first goes that shares no bars
 * with the last 256 placed and spoils the fewest (timeline.ts); where windows lie too close for that, the one that spoils
 * the fewest. Only the random share keeps strictly to its lots.
 * 300,000 windows take about 20 s.
 */
export function createOrder(waiting: readonly Waiting[], options: OrderOptions): Order {
  const timeline = new Timeline(waiting, options.before);
  const chooseNext = timeline.isTight ? chooseInTime : chooseApart;
  const chosen = laneTurns(1, rankedLane(options.chosen, timeline));
  const players = mixPlayers(waiting, options, timeline);
  const mix = sharedTurns(1, [...players.keys()]);
  const total = countPlaced(waiting.length, options);
  const order = new Int32Array(total);
  const strategies: (Strategy | null)[] = [];

  function placeNext(place: number): void {
    const turns = isOpen(chosen) ? chosen : mix;
    const { path, lane, window } = chooseNext(turns, timeline, place);
    order[place] = window;
    strategies.push(players.get(path[1]) ?? null);
    timeline.put(window, place);
    lane.took(window);
    countTurn(path);
  }

  return {
    total,
    advance(count) {
      const until = Math.min(total, strategies.length + count);
      for (let place = strategies.length; place < until; place++) placeNext(place);
      return until;
    },
    finish() {
      this.advance(total);
      return { order, strategies };
    },
  };
}

/** Who has which part of the mix's turns. */
function mixPlayers(
  waiting: readonly Waiting[],
  { mix, rankings, sample, deficits, seed }: OrderOptions,
  timeline: Timeline,
): Map<Turns, Strategy> {
  const drawn = new Set(sample);
  const rest = Int32Array.from(waiting.keys()).filter((window) => !drawn.has(window));
  const players = new Map<Turns, Strategy>();
  if (mix.deficit > 0)
    players.set(deficitTurns(mix.deficit, waiting, rest, deficits, seed, timeline), 'deficit');
  for (const strategy of MODEL_STRATEGIES) {
    const ranking = rankings[strategy]?.filter((window) => !drawn.has(window));
    if (mix[strategy] > 0 && ranking)
      players.set(laneTurns(mix[strategy], rankedLane(ranking, timeline)), strategy);
  }
  // Reach 1: in another order its beginning would be no random sample.
  const lots = new RankedLane(sample, 1, (window) => timeline.waits(window));
  if (mix.random > 0) players.set(laneTurns(mix.random, lots), 'random');
  return players;
}

/** The classes by their deficits; in each, hard and plain windows in turn while both last. */
function deficitTurns(
  share: number,
  waiting: readonly Waiting[],
  windows: Int32Array,
  deficits: readonly number[],
  seed: number,
  timeline: Timeline,
): Turns {
  const random = createRandom(seed);
  const stretches = cutIntoStretches(waiting, random);
  const most = Math.max(1, ...deficits);
  const classes = deficits.map((deficit, classIndex) => {
    const kinds = [false, true].map((hard) => {
      const own = [...windows].filter(
        (i) => waiting[i].classIndex === classIndex && waiting[i].hard === hard,
      );
      const inTime = new StretchLane(own, stretches, timeline);
      const late = new RankedLane(random.shuffle(own), LOOKAHEAD, (window) => timeline.waits(window));
      return laneTurns(1, new LaneAfterLane(inTime, late));
    });
    return sharedTurns(Math.max(deficit / most, LEAST_SHARE), kinds);
  });
  return sharedTurns(share, classes);
}

/** A ranking whose spoiled windows come when all others are gone: one person alone would not be served them. */
function rankedLane(ranking: Int32Array, timeline: Timeline): Lane {
  const inTime = (window: number) => timeline.waits(window) && !timeline.isSpoiled(window);
  return new LaneAfterLane(
    new RankedLane(ranking, LOOKAHEAD, inTime),
    new RankedLane(ranking, LOOKAHEAD, (window) => timeline.waits(window)),
  );
}

interface Choice {
  readonly path: Path;
  readonly lane: Lane;
  readonly window: number;
}

/**
 * Where windows cannot be kept apart, those that spoil the fewest come first, and of these whichever shares bars with
 * none or with one placed long ago. Strategies keep their turns; classes yield theirs.
 */
function chooseInTime(turns: Turns, timeline: Timeline, place: number): Choice {
  let best: Choice | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { path, lane } of whoseTurn(turns)) {
    if (least === 0 || (best && path[1] !== best.path[1])) break;
    for (const window of lane.near()) {
      const cost = timeline.spoils(window) + timeline.crowding(window, place);
      if (cost >= least) continue;
      best = { path, lane, window };
      least = cost;
    }
  }
  if (!best) throw new RangeError(`place ${place}: no window waits for it`);
  return best;
}

/** From the lane whose turn it is, if that has a window that crowds no other; else from the next lane that has one. */
function chooseApart(turns: Turns, timeline: Timeline, place: number): Choice {
  let first: Choice | null = null;
  for (const { path, lane } of whoseTurn(turns)) {
    const near = lane.near();
    first ??= { path, lane, window: near[0] };
    const window = bestOf(near, timeline, place);
    if (window !== null) return { path, lane, window };
  }
  if (!first) throw new RangeError(`place ${place}: no window waits for it`);
  return first;
}

/** The first of those that crowd no other and spoil the fewest; null where all crowd one. */
function bestOf(near: readonly number[], timeline: Timeline, place: number): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const window of near) {
    if (timeline.crowds(window, place)) continue;
    const spoils = timeline.spoils(window);
    if (spoils < least) {
      best = window;
      least = spoils;
    }
    if (least === 0) break;
  }
  return best;
}

function countPlaced(waiting: number, { mix, rankings, sample, chosen }: OrderOptions): number {
  if (mix.deficit > 0) return waiting;
  const ranked = MODEL_STRATEGIES.flatMap((strategy) =>
    mix[strategy] > 0 ? [...(rankings[strategy] ?? [])] : [],
  );
  return new Set([...chosen, ...ranked, ...(mix.random > 0 ? sample : [])]).size;
}
