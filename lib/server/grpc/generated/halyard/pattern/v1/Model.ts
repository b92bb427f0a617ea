// Original file: proto/pattern.proto

import type { Quantisation as _halyard_pattern_v1_Quantisation, Quantisation__Output as _halyard_pattern_v1_Quantisation__Output } from '../../../halyard/pattern/v1/Quantisation.ts';

export interface Model {
  'version'?: (string);
  'championVersion'?: (string);
  'featureSchema'?: (number);
  'classMap'?: (string)[];
  'quantisation'?: (_halyard_pattern_v1_Quantisation | null);
  'thresholds'?: ({[key: string]: number | string});
  'sha256'?: (string);
  'windowBars'?: (number);
  'warmupBars'?: (number);
}

export interface Model__Output {
  'version': (string);
  'championVersion': (string);
  'featureSchema': (number);
  'classMap': (string)[];
  'quantisation': (_halyard_pattern_v1_Quantisation__Output | null);
  'thresholds': ({[key: string]: number});
  'sha256': (string);
  'windowBars': (number);
  'warmupBars': (number);
}
