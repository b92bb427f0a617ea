const TIMEFRAME = /^\d{1,3}[mhdw]$/;
const SYMBOL_PART = /^[A-Za-z0-9._-]{1,40}$/;

export interface GuessedName {
  venue: string | null;
  symbol: string | null;
  timeframe: string | null;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Milliseconds of a timeframe such as `15m`, `4h`, `1d`, `1w`.
 * @throws RangeError naming the text where it is none
 */
export function timeframeToMs(timeframe: string): number {
  const unit = UNIT_MS[timeframe.slice(-1)];
  const count = Number(timeframe.slice(0, -1));
  if (!TIMEFRAME.test(timeframe) || unit === undefined || count < 1) {
    throw new RangeError(`timeframe "${timeframe}" is not a number and m, h, d or w, such as 15m or 1h`);
  }
  return count * unit;
}

/** The name of a timeframe of `ms` in its largest whole unit, or null where no name fits. */
export function timeframeFromMs(ms: number): string | null {
  for (const unit of ['w', 'd', 'h', 'm']) {
    const count = ms / (UNIT_MS[unit] ?? 1);
    if (Number.isInteger(count) && count >= 1 && count <= 999) return `${count}${unit}`;
  }
  return null;
}

/**
 * Reads what a file's name tells: `<venue>_<symbol>_<timeframe>[_<period>]` as in `binance-spot_BTCUSDT_1h.csv.gz`, or an
 * exchange's own `<symbol>-<timeframe>-<period>` as in `BTCUSDT-1h-2024-01.zip`, whose venue it does not say.
 */
export function guessName(fileName: string): GuessedName {
  const base = fileName.split(/[\\/]/).at(-1) ?? '';
  const stem = base.replace(/\.(csv|txt|gz|zip)\b/gi, '');
  const parts = stem.split('_');
  const at = parts.findIndex((part, i) => i > 0 && TIMEFRAME.test(part));
  if (at > 0) {
    const venue = at > 1 ? (parts[0] ?? null) : null;
    return clean({ venue, symbol: parts.slice(at > 1 ? 1 : 0, at).join('_'), timeframe: parts[at] ?? null });
  }
  const exchange = /^([A-Za-z0-9._]+)-(\d{1,3}[mhdw])(?:-[\d-]+)?$/.exec(stem);
  if (exchange) return clean({ venue: null, symbol: exchange[1] ?? null, timeframe: exchange[2] ?? null });
  return { venue: null, symbol: null, timeframe: null };
}

function clean({ venue, symbol, timeframe }: GuessedName): GuessedName {
  const part = (text: string | null) => (text !== null && SYMBOL_PART.test(text) ? text : null);
  return { venue: part(venue), symbol: part(symbol), timeframe };
}
