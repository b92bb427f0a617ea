import type { ModelToLoad } from './inference-protocol.ts';

/** Windows that end at bars `[from, to)` of one segment of a series. */
export interface StretchToScan {
  /** Their snapshot, encoded (core/snapshot-codec.ts). */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: number;
  readonly to: number;
  /** First bar of the segment. */
  readonly segmentFrom: number;
  /** In timeframes; a window with a longer gap is not valid. */
  readonly maxWindowGap: number;
  /** Names the row of the quantisation table. */
  readonly seriesKey: string;
}

/** The model's word on consecutive bars; NaN where no valid window ends. */
export interface ScannedPart {
  /** The first bar. */
  readonly from: number;
  readonly length: number;
  /** Class by class of the first bar, then of the next: calibrated for natural prevalence. */
  readonly probabilities: Float32Array;
  /** ATR units, a bar. */
  readonly poleKatr: Float32Array;
}

export type ToScanWorker =
  | { readonly type: 'load'; readonly model: ModelToLoad; readonly threads: number }
  | { readonly type: 'scan'; readonly stretch: StretchToScan };

export type FromScanWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'part'; readonly part: ScannedPart }
  /** The stretch is done: all its parts have been sent. */
  | { readonly type: 'done' }
  /** The model could not be fetched: trying again may help. */
  | { readonly type: 'unreachable'; readonly words: string }
  /** Nothing more of the stretch comes, and trying again would not help. */
  | { readonly type: 'failed'; readonly words: string };
