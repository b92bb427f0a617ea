import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';

/** A checked version, as the worker needs it. */
export interface ModelToLoad {
  readonly version: string;
  readonly url: string;
  /** Hex SHA-256 that the file at `url` must have. */
  readonly sha256: string;
  /** Whose inputs its graph has. */
  readonly schema: FeatureSchema;
  readonly quantisation: Quantisation;
  readonly classCount: number;
}

export interface WindowToPredict {
  readonly windowId: string;
  /** Names the row of the quantisation table. */
  readonly seriesKey: string;
  readonly snapshot: Snapshot;
}

export interface Prediction {
  readonly windowId: string;
  readonly version: string;
  /** One a class, calibrated for natural prevalence, as the graph gives them. */
  readonly probabilities: Float32Array;
  /** Raw, for any other class mix. */
  readonly logits: Float32Array;
  readonly quality: number;
  /** ATR units. */
  readonly poleKatr: number;
  /** The image the model saw, 64×64×3. */
  readonly image: Uint8Array;
  /** The auxiliary values it saw beside the image; null for a model that takes none. */
  readonly aux: Float32Array | null;
  /** Milliseconds of the run, an image. */
  readonly ms: number;
}

/** A question about a prediction: what the patches of one channel add to a class's log-odds (occlusion.ts). */
export interface PatchesToWeigh {
  /** What the model saw, 64×64×3. */
  readonly image: Uint8Array;
  /** And beside it: stays as it is whatever is occluded. */
  readonly aux: Float32Array | null;
  /** What it said of that. */
  readonly logits: Float32Array;
  readonly channel: number;
  /** Index of the class. */
  readonly subject: number;
}

export interface Backend {
  readonly threads: number;
  readonly simd: boolean;
}

export type ToWorker =
  | { readonly type: 'load'; readonly model: ModelToLoad }
  | { readonly type: 'predict'; readonly request: number; readonly windows: readonly WindowToPredict[] }
  | { readonly type: 'weigh'; readonly request: number; readonly patches: PatchesToWeigh };

export type FromWorker =
  | { readonly type: 'ready'; readonly backend: Backend; readonly ms: number }
  /** The model cannot be used; `words` say why. */
  | { readonly type: 'unusable'; readonly words: string }
  /** The file could not be fetched: trying again may help. */
  | { readonly type: 'unreachable'; readonly words: string }
  | { readonly type: 'predictions'; readonly request: number; readonly predictions: readonly Prediction[] }
  | { readonly type: 'weighed'; readonly request: number; readonly weights: Float32Array }
  | { readonly type: 'failed'; readonly request: number; readonly words: string };
