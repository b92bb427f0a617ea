type Unit = 'm' | 'h' | 'd' | 'w';

/** A series' timeframe by the name that people and exchanges use: `15m`, `4h`, `1d`, `1w`. */
export type Timeframe = `${number}${Unit}`;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The usual ones, shortest first. */
export const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h', '4h', '1d'];

/** What a timeframe's name looks like. */
export const TIMEFRAME_PATTERN = /^[1-9]\d{0,2}[mhdw]$/;

/**
 * Milliseconds from one bar of a timeframe to the next.
 * @throws RangeError naming the text where it is no timeframe
 */
export function timeframeMs(timeframe: string): number {
  const unit = UNIT_MS[timeframe.slice(-1)];
  if (!TIMEFRAME_PATTERN.test(timeframe) || unit === undefined) {
    throw new RangeError(
      `timeframe "${timeframe}" is not a number from 1 to 999 and m, h, d or w, such as 15m or 1h`,
    );
  }
  return Number(timeframe.slice(0, -1)) * unit;
}

/** The timeframe whose bars are `ms` apart, in its largest whole unit, or null where no name fits. */
export function timeframeOfMs(ms: number): Timeframe | null {
  for (const unit of ['w', 'd', 'h', 'm'] as const) {
    const count = ms / (UNIT_MS[unit] ?? 1);
    if (Number.isInteger(count) && count >= 1 && count <= 999) return `${count}${unit}`;
  }
  return null;
}
