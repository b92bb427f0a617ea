import type { SegmentSettings } from '@/lib/core/segment.ts';
import { MIN_SEGMENT_INDEX } from '@/lib/core/window.ts';

/** A series' own gaps, as its row holds them, in the words of the core. */
export function segmentSettingsOf(series: {
  readonly segmentGap: number;
  readonly maxWindowGap: number;
}): SegmentSettings {
  return {
    segmentGap: series.segmentGap,
    windowGap: series.maxWindowGap,
    minSegmentIndex: MIN_SEGMENT_INDEX,
  };
}
