import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Series } from '@/lib/contract/data.ts';

export const SCAN_FILTERS = ['any', 'current', 'stale', 'none'] as const;
export type ScanFilter = (typeof SCAN_FILTERS)[number];

export interface SeriesFilter {
  /** Words that all must be in venue, symbol or timeframe. */
  readonly text: string;
  readonly timeframe: string;
  readonly scan: ScanFilter;
}

export function scanStateOf({ scan }: Pick<Series, 'scan'>): Exclude<ScanFilter, 'any'> {
  if (!scan) return 'none';
  return scan.current ? 'current' : 'stale';
}

export function filterSeries(all: readonly Series[], { text, timeframe, scan }: SeriesFilter): Series[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((series) => {
    const name = nameOf(series).toLowerCase();
    return (
      words.every((word) => name.includes(word)) &&
      (timeframe === '' || series.timeframe === timeframe) &&
      (scan === 'any' || scanStateOf(series) === scan)
    );
  });
}

/** `binance BTCUSDT 1h` */
export function nameOf({ venue, symbol, timeframe }: Pick<Series, 'venue' | 'symbol' | 'timeframe'>): string {
  return `${venue} ${symbol} ${timeframe}`;
}

export interface SeriesTotals {
  readonly bars: number;
  readonly validWindows: number;
  readonly events: Record<ClassId, number>;
}

/** Bars and events of series together; series never scanned add bars alone. */
export function totalsOf(all: readonly Series[]): SeriesTotals {
  const events = Object.fromEntries(CLASS_IDS.map((id) => [id, 0])) as Record<ClassId, number>;
  let bars = 0;
  let validWindows = 0;
  for (const { bars: own, scan } of all) {
    bars += own;
    validWindows += scan?.validWindows ?? 0;
    for (const id of CLASS_IDS) events[id] += scan?.events[id] ?? 0;
  }
  return { bars, validWindows, events };
}
