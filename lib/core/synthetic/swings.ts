import type { Tape } from './tape.ts';

export interface Swings {
  readonly bars: number;
  /** Distance of the two lines at the start, log price. */
  readonly height: number;
  /** Distance at the end over distance at the start: below 1 a wedge, 1 a channel, above 1 a broadening. */
  readonly narrowing: number;
  /** How far the middle moves over the whole, in starting heights; it slows as it goes. */
  readonly tilt: number;
  /** Trips from one line to the other. */
  readonly legs: number;
}

/** Price going to and fro between two straight lines, a little unevenly. */
export function drawSwings(tape: Tape, { bars, height, narrowing, tilt, legs }: Swings): void {
  const { random } = tape;
  let side = random.next() < 0.5 ? 1 : -1;
  let from = 0;
  let at = 0;
  let away = 0;
  for (let leg = 0; leg < legs; leg++) {
    const to = Math.round(((leg + 1) * bars) / legs + (leg + 1 < legs ? (random.next() - 0.5) * 1.6 : 0));
    const share = to / bars;
    const gap = height * (1 + (narrowing - 1) * share);
    const middle = tilt * height * share * (1.4 - 0.4 * share);
    // The first leg starts in the middle; touches stop a little short of the line or just at it.
    const target = middle + side * gap * (0.5 - 0.08 * random.next());
    const steps = Math.max(1, to - at);
    for (let i = 0; i < steps; i++) {
      const due = from + ((target - from) * (i + 1)) / steps;
      const noise = i + 1 < steps ? (0.04 * gap + 0.22 * tape.volatility()) * random.normal() : 0;
      const move = due + noise - away;
      away += move;
      tape.draw({ move, volume: 1.1 - 0.4 * share });
    }
    from = target;
    at = to;
    side = -side;
  }
}
