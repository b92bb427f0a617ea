import { TIMEFRAME_PATTERN } from '@/lib/core/timeframe.ts';

const SYMBOL_PART = /^[A-Za-z0-9._-]{1,40}$/;

export interface GuessedName {
  venue: string | null;
  symbol: string | null;
  timeframe: string | null;
}

/**
 * Reads what a file's name tells: `<venue>_<symbol>_<timeframe>[_<period>]` as in `binance-spot_BTCUSDT_1h.csv.gz`, or an
 * exchange's own `<symbol>-<timeframe>-<period>` as in `BTCUSDT-1h-2024-01.zip`, whose venue it does not say.
 */
export function guessName(fileName: string): GuessedName {
  const base = fileName.split(/[\\/]/).at(-1) ?? '';
  const stem = base.replace(/\.(csv|txt|gz|zip)\b/gi, '');
  const parts = stem.split('_');
  const at = parts.findIndex((part, i) => i > 0 && TIMEFRAME_PATTERN.test(part));
  if (at > 0) {
    const venue = at > 1 ? (parts[0] ?? null) : null;
    return clean({ venue, symbol: parts.slice(at > 1 ? 1 : 0, at).join('_'), timeframe: parts[at] ?? null });
  }
  const exchange = /^([A-Za-z0-9._]+)-([1-9]\d{0,2}[mhdw])(?:-[\d-]+)?$/.exec(stem);
  if (exchange) return clean({ venue: null, symbol: exchange[1] ?? null, timeframe: exchange[2] ?? null });
  return { venue: null, symbol: null, timeframe: null };
}

function clean({ venue, symbol, timeframe }: GuessedName): GuessedName {
  const part = (text: string | null) => (text !== null && SYMBOL_PART.test(text) ? text : null);
  return { venue: part(venue), symbol: part(symbol), timeframe };
}
