/** Rows of a series so near after the first of them, in bars, are one event to the bootstrap. */
const EVENT_BARS = 12;

/** A row, as far as it says which others it belongs to. */
export interface EventRow {
  /** The same for all rows of a series. */
  readonly series: string | number;
  readonly timeframeMs: number;
  readonly ts: number;
}

/**
 * Numbers rows by event and by series, both from 0.
 * @param rows of one series lie together, oldest first
 */
export function groupEvents(rows: readonly EventRow[]): { events: Int32Array; series: Int32Array } {
  const events = new Int32Array(rows.length);
  const series = new Int32Array(rows.length);
  let event = -1;
  let number = -1;
  let began = Number.NEGATIVE_INFINITY;
  for (const [i, row] of rows.entries()) {
    const isNewSeries = i === 0 || rows[i - 1].series !== row.series;
    if (isNewSeries) number++;
    if (isNewSeries || row.ts - began > EVENT_BARS * row.timeframeMs) {
      event++;
      began = row.ts;
    }
    events[i] = event;
    series[i] = number;
  }
  return { events, series };
}
