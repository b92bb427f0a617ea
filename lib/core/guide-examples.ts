import { sliceBars } from './bar.ts';
import type { WeakClass } from './event.ts';
import { computeIndicators } from './indicator/compute-indicators.ts';
import { createRandom } from './random.ts';
import { createRuleContext } from './rule/rule-context.ts';
import { DEFAULT_RULE_SET } from './rule/rule-set.ts';
import { explainAll } from './rule/rules.ts';
import type { Vote } from './rule/vote.ts';
import type { OpenedSnapshot } from './snapshot.ts';
import { drawSession } from './synthetic/background.ts';
import {
  drawChannel,
  drawDeepPullback,
  drawFailedFlag,
  drawNewsSpike,
  drawStrayWick,
  drawThinWick,
} from './synthetic/look-alikes.ts';
import { plantBlowoff, plantFlag, plantWedge, plantWickExhaustion } from './synthetic/patterns.ts';
import { createTape, type Tape } from './synthetic/tape.ts';
import { WINDOW_BARS } from './window.ts';

/** A window made for the class guide; nothing of it comes from a market. */
export interface GuideExample {
  /** Whether it is of the class that it is an example for, or only looks like it. */
  readonly accepted: boolean;
  readonly words: string;
  readonly opened: OpenedSnapshot;
  readonly votes: readonly Vote[];
}

/** Draws what the window is to show at its end; returns the bar that it ends with, null for the last one drawn. */
type Act = (tape: Tape) => { readonly bar: number } | null;

interface Sketch {
  readonly accepted: boolean;
  readonly words: string;
  readonly act: Act;
}

const yes = (words: string, act: Act): Sketch => ({ accepted: true, words, act });
const no = (words: string, act: Act): Sketch => ({ accepted: false, words, act });
const lookAlike =
  (draw: (tape: Tape) => void): Act =>
  (tape) => {
    draw(tape);
    return null;
  };
const session = (bars: number): Act => lookAlike((tape) => drawSession(tape, bars));

const SKETCHES: Readonly<Record<WeakClass, readonly Sketch[]>> = {
  flag: [
    yes('pole, narrow pause, break onward', plantFlag),
    yes('another, of other size and way', plantFlag),
    no('the pause gives the pole back', lookAlike(drawDeepPullback)),
    no('breaks against the pole', lookAlike(drawFailedFlag)),
  ],
  wedge: [
    yes('swings narrow between two lines', plantWedge),
    yes('another, tilted differently', plantWedge),
    no('a channel: the lines do not meet', lookAlike(drawChannel)),
    no('a session, with no lines to it', session(30)),
  ],
  blowoff: [
    yes('a run-up ends in a sold spike on volume', plantBlowoff),
    yes('another, with a shorter wick', plantBlowoff),
    no('a wick that nobody traded', lookAlike(drawThinWick)),
    no('a spike on news, volume not heavy enough', lookAlike(drawNewsSpike)),
  ],
  wick_exhaustion: [
    yes('a slide, a long lower wick, buyers take over', plantWickExhaustion),
    yes('another, of other size', plantWickExhaustion),
    no('a stray wick: delta does not turn', lookAlike(drawStrayWick)),
    no('a small bar’s wick', lookAlike(drawStrayWick)),
  ],
  none: [
    yes('a session without a pattern', session(60)),
    yes('a flag that failed', lookAlike(drawFailedFlag)),
    yes('a channel', lookAlike(drawChannel)),
    yes('a wick of no meaning', lookAlike(drawThinWick)),
  ],
};

/** Before the act: indicators must have settled. */
const PRELUDE = 160;
const LONGEST_ACT = 100;
const TRIES = 400;

const made = new Map<WeakClass, readonly GuideExample[]>();

/** Examples of a class and of what only looks like it: always the same ones. */
export function guideExamples(of: WeakClass): readonly GuideExample[] {
  let examples = made.get(of);
  if (!examples) {
    examples = SKETCHES[of].map((sketch, i) => firstThatHolds(of, sketch, i * TRIES));
    made.set(of, examples);
  }
  return examples;
}

/** The first drawing of which the rules say what it is meant to show, and nothing else. */
function firstThatHolds(of: WeakClass, { act, ...sketch }: Sketch, from: number): GuideExample {
  for (let seed = from + 1; seed <= from + TRIES; seed++) {
    const opened = draw(act, seed);
    const context = createRuleContext(opened.bars, opened.indicators, 'off');
    const votes = explainAll(context, opened.t, DEFAULT_RULE_SET);
    const fired = votes.filter(({ state }) => state === 'fired').map(({ rule }): WeakClass => rule);
    const shown = sketch.accepted && of !== 'none' ? [of] : [];
    if (fired.length === shown.length && fired[0] === shown[0]) return { ...sketch, opened, votes };
  }
  throw new Error(`no drawing of ${of} shows: ${sketch.words}`);
}

function draw(act: Act, seed: number): OpenedSnapshot {
  const { tape, bars } = createTape(
    {
      bars: PRELUDE + LONGEST_ACT,
      firstTs: 0,
      timeframeMs: 3_600_000,
      price: 100,
      volatility: 0.008,
      volume: 1000,
    },
    createRandom(seed),
  );
  drawSession(tape, PRELUDE);
  const planted = act(tape);
  const t = planted ? planted.bar : tape.length() - 1;
  const shown = sliceBars(bars, 0, t + 1);
  return {
    bars: shown,
    indicators: computeIndicators(shown, 0, shown.length, null),
    t,
    windowStart: t - WINDOW_BARS + 1,
  };
}
