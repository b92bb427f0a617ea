import type { Tape } from './tape.ts';

/** Degrees of freedom of the returns' tails. */
const TAIL = 4;

/** No single bar moves further than this many standard deviations. */
const LARGEST = 8;

/** Student t with 4 degrees of freedom, scaled to unit variance and bounded. */
function fatTailed(tape: Tape): number {
  const { random } = tape;
  let chiSquare = 0;
  for (let i = 0; i < TAIL; i++) chiSquare += random.normal() ** 2;
  const value = (random.normal() / Math.sqrt(chiSquare / TAIL)) * Math.sqrt((TAIL - 2) / TAIL);
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

/** Share of a bar's move that the next one gives back: trades alternate between bid and ask. */
const BOUNCE = 0.2;

/** Draws `bars` of a session that trends or ranges, and has no pattern of its own. */
export function drawSession(tape: Tape, bars: number): void {
  if (tape.random.next() < 0.35) drawTrend(tape, bars);
  else drawRange(tape, bars);
}

/** Steady drift, against the series' long excursions more often than with them. */
function drawTrend(tape: Tape, bars: number): void {
  const { random } = tape;
  const up = random.next() < 0.5 - 0.4 * Math.tanh(tape.drift() / 0.8);
  const pace = (up ? 1 : -1) * (0.06 + 0.12 * random.next());
  let last = 0;
  for (let i = 0; i < bars; i++) {
    const move = tape.volatility() * (fatTailed(tape) + pace) - BOUNCE * last;
    last = move;
    tape.shock(move);
    tape.draw({ move });
  }
}

/** Price swings about a level. */
function drawRange(tape: Tape, bars: number): void {
  const { random } = tape;
  const pull = 0.06 + 0.12 * random.next();
  let away = 0;
  let last = 0;
  for (let i = 0; i < bars; i++) {
    const move = tape.volatility() * fatTailed(tape) - BOUNCE * last - pull * away;
    away += move;
    last = move;
    tape.shock(move);
    tape.draw({ move });
  }
}
