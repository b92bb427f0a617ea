import { allocateBars, type Bars } from '../bar.ts';
import type { Random } from '../random.ts';

/** What one bar does; moves and wicks are in log price. */
export interface Stroke {
  /** Open to close. */
  readonly move: number;
  /** How far high and low reach beyond the body, ≥ 0; drawn at random where left out. */
  readonly upper?: number;
  readonly lower?: number;
  /** Multiplies the volume that the bar would have had; 1 where left out. */
  readonly volume?: number;
  /** Share of the volume bought by takers, in 0 to 1; follows the close with noise where left out. */
  readonly taker?: number;
}

/** A market that writes its bars one after another, with a memory of its volatility and volume. */
export interface Tape {
  readonly random: Random;
  /** Bars written so far. */
  length(): number;
  /** Bars still to write. */
  room(): number;
  /**
   * What patterns are drawn in, log price: the mean true range, held near what the volatility would give, so that
   * patterns soon after one another do not make each other ever larger.
   */
  unit(): number;
  /** The recent mean true range in log price (Wilder, 14 bars). */
  meanRange(): number;
  /** How far the log price has drifted from where the series began. */
  drift(): number;
  /** Standard deviation that clustering volatility has reached, log price a bar. */
  volatility(): number;
  /** Lets a random return move the volatility (GARCH); planted moves do not, so that they stay what they are. */
  shock(move: number): void;
  /** Writes a bar; does nothing when there is no room. */
  draw(stroke: Stroke): void;
}

export interface TapeSettings {
  readonly bars: number;
  readonly firstTs: number;
  readonly timeframeMs: number;
  readonly price: number;
  /** Long-run standard deviation of a bar's log return. */
  readonly volatility: number;
  /** Mean volume of a bar, base units. */
  readonly volume: number;
}

const HOUR_MS = 3_600_000;
/** GARCH(1,1) weights: the last squared return, the last variance; the rest pulls to the long run. */
const ARCH = 0.08;
const GARCH = 0.88;
/** Mean of an exponential wick, in mean true ranges; wider ones are rare, so that a long wick is a sign and not noise. */
const WICK = 0.15;

export function createTape(settings: TapeSettings, random: Random): { tape: Tape; bars: Bars } {
  const bars = allocateBars(settings.bars);
  // About 1/10,000 of the price, a power of ten as on exchanges.
  const tick = 10 ** (Math.floor(Math.log10(settings.price)) - 4);
  const ticks = (price: number): number => Math.max(1, Math.round(price / tick));
  const start = Math.log(settings.price);
  const longRun = settings.volatility ** 2;
  let at = 0;
  let logPrice = start;
  let variance = longRun;
  let meanRange = settings.volatility * 1.4;
  let activity = 0;
  let closeTicks = ticks(settings.price);

  const tape: Tape = {
    random,
    length: () => at,
    room: () => settings.bars - at,
    unit: () => Math.max(0.8 * Math.sqrt(variance), Math.min(meanRange, 2.5 * Math.sqrt(variance))),
    meanRange: () => meanRange,
    drift: () => logPrice - start,
    volatility: () => Math.sqrt(variance),
    shock(move) {
      const bounded = Math.min(move * move, 16 * variance);
      variance = Math.max(0.15 * longRun, (1 - ARCH - GARCH) * longRun + ARCH * bounded + GARCH * variance);
    },
    draw(stroke) {
      if (at === settings.bars) return;
      const upper = stroke.upper ?? wick(random, meanRange);
      const lower = stroke.lower ?? wick(random, meanRange);
      const ts = settings.firstTs + at * settings.timeframeMs;
      const openTicks = closeTicks;
      const from = Math.log(openTicks * tick);
      logPrice = from + stroke.move;
      closeTicks = ticks(Math.exp(logPrice));
      const top = Math.max(from, logPrice) + upper;
      const bottom = Math.min(from, logPrice) - lower;
      const highTicks = Math.max(openTicks, closeTicks, ticks(Math.exp(top)));
      const lowTicks = Math.min(openTicks, closeTicks, ticks(Math.exp(bottom)));
      const range = top - bottom;

      activity = 0.9 * activity + 0.18 * random.normal();
      const pace = 0.55 + (0.3 * Math.abs(stroke.move) + 0.15 * range) / meanRange;
      const noise = Math.exp(0.22 * random.normal() + activity);
      const volume = settings.volume * season(ts) * pace * noise * (stroke.volume ?? 1);
      const closeness = range > 0 ? (2 * (logPrice - bottom)) / range - 1 : 0;
      const share = stroke.taker ?? 0.5 + 0.14 * closeness + 0.07 * random.normal();

      bars.ts[at] = ts;
      // Ticks times tick in one multiplication, rounded as an exchange prints it.
      bars.open[at] = printed(openTicks, tick);
      bars.high[at] = printed(highTicks, tick);
      bars.low[at] = printed(lowTicks, tick);
      bars.close[at] = printed(closeTicks, tick);
      bars.volume[at] = Math.round(volume * 1000) / 1000;
      const bought = Math.round(volume * Math.max(0.02, Math.min(0.98, share)) * 1000) / 1000;
      bars.takerBuyVolume[at] = Math.min(bought, bars.volume[at]);
      meanRange = (13 * meanRange + range) / 14;
      at++;
    },
  };
  return { tape, bars };
}

/** Busy afternoons (UTC) and quiet nights. */
function season(ts: number): number {
  const hour = (ts / HOUR_MS) % 24;
  return 1 + 0.35 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
}

function wick(random: Random, meanRange: number): number {
  return -Math.log(1 - random.next()) * WICK * meanRange;
}

/** `count` ticks as the nearest decimal: 1234 × 0.01 is 12.34, not 12.340000000000002. */
function printed(count: number, tick: number): number {
  return tick < 1 ? count / Math.round(1 / tick) : count * tick;
}
