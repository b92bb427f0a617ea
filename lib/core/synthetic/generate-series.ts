import type { Bars } from '../bar.ts';
import type { Random } from '../random.ts';
import { type Timeframe, timeframeMs } from '../timeframe.ts';
import { drawSession } from './background.ts';
import { LOOK_ALIKES } from './look-alikes.ts';
import { plantBlowoff, plantFlag, plantWedge, plantWickExhaustion } from './patterns.ts';
import { createTape, type Tape } from './tape.ts';
import type { Planted, PlantedPattern } from './truth.ts';

export interface SeriesPlan {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly bars: number;
  readonly firstTs: number;
  readonly price: number;
  /** Standard deviation of a bar's log return in the long run. */
  readonly volatility: number;
  /** Mean volume a bar, base units. */
  readonly volume: number;
}

export interface SyntheticSeries {
  readonly venue: 'demo';
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** With taker volume, without gaps. */
  readonly bars: Bars;
  /** What was planted, oldest first. */
  readonly truth: readonly PlantedPattern[];
}

type Act = (tape: Tape) => Planted | null;

/** Planted patterns and look-alikes in a thousand bars. */
const PER_THOUSAND = { blowoff: 4.3, wickExhaustion: 7, flag: 4.2, wedge: 6.5, lookAlike: 8 };
/** Bars before the first act: indicators must have settled for anyone to see it. */
const PRELUDE = 160;

/** One series: acts in random order, each between sessions of trend or range that fill the rest. */
export function generateSeries(plan: SeriesPlan, random: Random): SyntheticSeries {
  const { symbol, timeframe } = plan;
  const { tape, bars } = createTape({ ...plan, timeframeMs: timeframeMs(timeframe) }, random);
  const acts = random.shuffle(listActs(plan.bars / 1000));
  const truth: PlantedPattern[] = [];
  drawSession(tape, PRELUDE);
  acts.forEach((act, i) => {
    const planted = act(tape);
    if (planted && tape.room() > 0) truth.push(withTimes(planted, bars));
    // Exponential pauses whose mean spreads what is left over the acts to come; never so short that events merge.
    const left = tape.room() / (acts.length - i);
    drawSession(tape, Math.round(Math.max(4, (left - TYPICAL_ACT) * -Math.log(1 - random.next()))));
  });
  drawSession(tape, tape.room());
  return { venue: 'demo', symbol, timeframe, bars, truth };
}

/** Mean bars of an act, measured. */
const TYPICAL_ACT = 23;

function listActs(thousands: number): Act[] {
  const many = (perThousand: number, act: Act): Act[] =>
    new Array<Act>(Math.round(perThousand * thousands)).fill(act);
  return [
    ...many(PER_THOUSAND.blowoff, plantBlowoff),
    ...many(PER_THOUSAND.wickExhaustion, plantWickExhaustion),
    ...many(PER_THOUSAND.flag, plantFlag),
    ...many(PER_THOUSAND.wedge, plantWedge),
    ...many(PER_THOUSAND.lookAlike, (tape) => {
      tape.random.pick(LOOK_ALIKES)(tape);
      return null;
    }),
  ];
}

function withTimes({ bar, visibleFrom, ...rest }: Planted, bars: Bars): PlantedPattern {
  return { ...rest, ts: bars.ts[bar], visibleFromTs: bars.ts[visibleFrom] };
}
