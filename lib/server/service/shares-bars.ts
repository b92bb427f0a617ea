import type { Span } from '../repo/annotation.ts';

/** Whether two windows are of one series and share bars; all windows being of one length, one of them tells it. */
export function sharesBars(one: Span, other: Pick<Span, 'seriesId' | 'ts'>): boolean {
  return one.seriesId === other.seriesId && Math.abs(one.ts - other.ts) < one.clearFrom - one.ts;
}
