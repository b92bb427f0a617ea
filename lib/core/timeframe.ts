/** A series' timeframe by the name that people and exchanges use. */
export type Timeframe = '1m' | '5m' | '15m' | '1h' | '4h' | '1d';

const MS: Readonly<Record<Timeframe, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
};

export const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h', '4h', '1d'];

function known(): string {
  return TIMEFRAMES.join(', ');
}

/**
 * The timeframe that `name` names.
 * @throws RangeError naming the value when it is none of {@link TIMEFRAMES}.
 */
export function parseTimeframe(name: string): Timeframe {
  const found = TIMEFRAMES.find((timeframe) => timeframe === name);
  if (found === undefined) throw new RangeError(`timeframe "${name}" is not one of ${known()}`);
  return found;
}

/** Milliseconds from one bar to the next. */
export function timeframeMs(timeframe: Timeframe): number {
  return MS[timeframe];
}

/**
 * The timeframe whose bars are `ms` apart.
 * @throws RangeError naming the value when no timeframe has that length.
 */
export function timeframeOfMs(ms: number): Timeframe {
  const found = TIMEFRAMES.find((timeframe) => MS[timeframe] === ms);
  if (found === undefined) throw new RangeError(`${ms} ms is the length of no timeframe (${known()})`);
  return found;
}
