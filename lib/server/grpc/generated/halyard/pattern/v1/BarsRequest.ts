// Original file: proto/pattern.proto

import type { Bar as _halyard_pattern_v1_Bar, Bar__Output as _halyard_pattern_v1_Bar__Output } from '../../../halyard/pattern/v1/Bar.ts';

export interface BarsRequest {
  'bars'?: (_halyard_pattern_v1_Bar)[];
  'timeframe'?: (string);
  'venue'?: (string);
  'symbol'?: (string);
  'modelVersion'?: (string);
}

export interface BarsRequest__Output {
  'bars': (_halyard_pattern_v1_Bar__Output)[];
  'timeframe': (string);
  'venue': (string);
  'symbol': (string);
  'modelVersion': (string);
}
