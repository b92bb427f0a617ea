import { drawPause, drawPole } from './patterns.ts';
import { drawSwings } from './swings.ts';
import type { Tape } from './tape.ts';

function between(tape: Tape, from: number, to: number): number {
  return from + (to - from) * tape.random.next();
}

/** A spike on news with no run-up before it and no way down after: a wick on volume that ends nothing. */
export function drawNewsSpike(tape: Tape): void {
  const unit = tape.unit();
  const range = unit * between(tape, 0.9, 2);
  const wick = range * between(tape, 0.5, 0.8);
  const rest = range - wick;
  tape.draw({
    move: rest * between(tape, -0.9, 0.9),
    upper: wick,
    lower: 0,
    volume: between(tape, 1.2, 2.6),
  });
}

/** A long upper wick that nobody traded. */
export function drawThinWick(tape: Tape): void {
  const unit = tape.unit();
  tape.draw({ move: unit * between(tape, -0.2, 0.2), upper: unit * between(tape, 0.8, 1.6), volume: 0.6 });
}

/** A long lower wick in the middle of nowhere. */
export function drawStrayWick(tape: Tape): void {
  const unit = tape.unit();
  tape.draw({ move: unit * between(tape, -0.25, 0.25), upper: 0, lower: unit * between(tape, 0.7, 1.6) });
}

/** A pole and a pause that breaks the wrong way. */
export function drawFailedFlag(tape: Tape): void {
  const direction = tape.random.next() < 0.5 ? 1 : -1;
  const unit = tape.unit();
  const width = drawPole(tape, direction, unit) * between(tape, 0.25, 0.5);
  drawPause(tape, 12 + tape.random.int(14), width, -direction * between(tape, 0, 0.3));
  const steps = 4 + tape.random.int(4);
  for (let i = 0; i < steps; i++) tape.draw({ move: -direction * unit * between(tape, 0.2, 0.8) });
}

/** A pole that the pause gives back, before price goes on all the same. */
export function drawDeepPullback(tape: Tape): void {
  const direction = tape.random.next() < 0.5 ? 1 : -1;
  const unit = tape.unit();
  const height = drawPole(tape, direction, unit);
  drawPause(
    tape,
    12 + tape.random.int(14),
    height * between(tape, 0.5, 0.8),
    -direction * between(tape, 0.5, 0.9),
  );
  // Onward in fits and starts: two steps on, one back.
  for (let i = 0; i < 6; i++)
    tape.draw({ move: direction * height * (i % 3 === 1 ? -0.12 : between(tape, 0.15, 0.35)) });
}

/** Swings between lines that do not meet. */
export function drawChannel(tape: Tape): void {
  drawSwings(tape, {
    bars: 34 + tape.random.int(24),
    height: tape.unit() * between(tape, 3, 6),
    narrowing: between(tape, 0.9, 1.5),
    tilt: between(tape, -0.8, 0.8),
    legs: 6 + tape.random.int(4),
  });
}

/** What looks like a pattern and is none; each has about the length of what it resembles. */
export const LOOK_ALIKES: readonly ((tape: Tape) => void)[] = [
  drawNewsSpike,
  drawNewsSpike,
  drawThinWick,
  drawStrayWick,
  drawStrayWick,
  drawFailedFlag,
  drawDeepPullback,
  drawChannel,
];
