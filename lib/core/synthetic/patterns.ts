import { drawSwings } from './swings.ts';
import type { Tape } from './tape.ts';
import type { Planted } from './truth.ts';

/** Uniform in [from, to). */
function between(tape: Tape, from: number, to: number): number {
  return from + (to - from) * tape.random.next();
}

function count(tape: Tape, from: number, to: number): number {
  return from + tape.random.int(to - from + 1);
}

/** A run-up that feeds on itself, a last spike on heavy volume that is sold, and a way down. */
export function plantBlowoff(tape: Tape): Planted {
  const unit = tape.unit();
  const run = count(tape, 4, 8);
  for (let i = 0; i < run; i++) {
    tape.draw({ move: unit * between(tape, 0.05, 0.7), volume: 0.85 + (0.35 * i) / run });
  }
  const range = unit * between(tape, 1.15, 2.6);
  const wick = range * between(tape, 0.57, 0.86);
  const rest = range - wick;
  const lower = rest * between(tape, 0, 0.4);
  const sign = tape.random.next() < 0.5 ? 1 : -1;
  tape.draw({ move: sign * (rest - lower), upper: wick, lower, volume: between(tape, 1.8, 5) });
  const planted = point(tape, 'blowoff', -1);
  drawReaction(tape, -1, unit);
  return planted;
}

/** A slide in which sellers lead, a long lower wick where buyers take over, and a way up. */
export function plantWickExhaustion(tape: Tape): Planted {
  const unit = tape.unit();
  const run = count(tape, 4, 8);
  for (let i = 0; i < run; i++) {
    tape.draw({ move: -unit * between(tape, 0.05, 0.6), taker: between(tape, 0.28, 0.49) });
  }
  const range = unit * between(tape, 1.05, 2.4);
  const wick = range * between(tape, 0.57, 0.88);
  const rest = range - wick;
  const upper = rest * between(tape, 0, 0.4);
  const sign = tape.random.next() < 0.5 ? 1 : -1;
  // Buyers mostly take over within the wick bar itself, sometimes only in the bar after it.
  const taker = tape.random.next() < 0.88 ? between(tape, 0.51, 0.68) : between(tape, 0.35, 0.49);
  tape.draw({ move: sign * (rest - upper), upper, lower: wick, volume: between(tape, 0.9, 2), taker });
  const planted = point(tape, 'wick_exhaustion', 1);
  drawReaction(tape, 1, unit);
  return planted;
}

/** A sharp pole, a narrow pause near its end, and a break onward. */
export function plantFlag(tape: Tape): Planted {
  const direction = tape.random.next() < 0.5 ? 1 : -1;
  const unit = tape.unit();
  const height = drawPole(tape, direction, unit);
  const width = height * between(tape, 0.25, 0.52);
  drawPause(tape, count(tape, 12, 30), width, -direction * between(tape, 0, 0.3));
  // Off the lower half of the pause in two steps that stay within it, then out; now and then the second step hesitates.
  const hesitates = tape.random.next() < 0.12;
  tape.draw({ move: direction * width * between(tape, 0.02, 0.12) });
  tape.draw({ move: direction * width * (hesitates ? between(tape, -0.1, 0) : between(tape, 0.02, 0.12)) });
  tape.draw({
    move: direction * (0.55 * width + unit * between(tape, 0, 0.5)),
    volume: between(tape, 1, 1.8),
  });
  const planted = { ...point(tape, 'flag', direction), poleKatr: height / tape.meanRange() };
  // A throwback to the line that was broken, then onward.
  tape.draw({ move: -direction * unit * between(tape, 0.2, 0.7), volume: 0.8 });
  const steps = count(tape, 2, 5);
  for (let i = 0; i < steps; i++) tape.draw({ move: direction * unit * between(tape, -0.5, 0.3) });
  return planted;
}

/** Swings that lose height between two lines that meet. */
export function plantWedge(tape: Tape): Planted {
  const unit = tape.unit();
  const bars = count(tape, 34, 60);
  const height = unit * between(tape, 3.5, 7);
  const first = tape.length();
  const tilt = (tape.random.next() < 0.5 ? 1 : -1) * between(tape, 0, 0.6);
  drawSwings(tape, { bars, height, narrowing: between(tape, 0.12, 0.42), tilt, legs: count(tape, 6, 9) });
  const planted: Planted = {
    class: 'wedge',
    bar: tape.length() - 1,
    visibleFrom: first + Math.floor(bars * 0.5),
    direction: tilt > 0 ? -1 : 1,
    poleKatr: null,
  };
  for (let i = 0; i < 4; i++) tape.draw({ move: planted.direction * unit * between(tape, 0.3, 0.9) });
  return planted;
}

/** A one-way run of 3 to 10 bars; returns its height in log price. */
export function drawPole(tape: Tape, direction: 1 | -1, unit: number): number {
  const bars = count(tape, 3, 10);
  const height = unit * between(tape, 2, 4.2);
  const weights = Array.from({ length: bars }, () => between(tape, 0.4, 1.6));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const weight of weights) {
    tape.draw({ move: (direction * height * weight) / total, volume: between(tape, 0.8, 1.4) });
  }
  return height;
}

/** A pause of `bars` within `width`, drifting by `slope` widths over its length. */
export function drawPause(tape: Tape, bars: number, width: number, slope: number): void {
  let away = 0;
  for (let i = 0; i < bars; i++) {
    const target = (slope * width * (i + 1)) / bars + between(tape, -0.5, 0.5) * width;
    const move = 0.8 * (target - away);
    away += move;
    const reach = () => between(tape, 0, 0.16) * width;
    tape.draw({ move, upper: reach(), lower: reach(), volume: between(tape, 0.55, 0.95) });
  }
}

/** Three to six bars that mostly go one way. */
function drawReaction(tape: Tape, direction: 1 | -1, unit: number): void {
  const bars = count(tape, 3, 6);
  for (let i = 0; i < bars; i++) tape.draw({ move: direction * unit * between(tape, -0.1, 0.6) });
}

function point(tape: Tape, name: Planted['class'], direction: 1 | -1): Planted {
  const bar = tape.length() - 1;
  return { class: name, bar, visibleFrom: bar, direction, poleKatr: null };
}
