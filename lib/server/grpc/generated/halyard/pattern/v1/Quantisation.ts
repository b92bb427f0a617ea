// Original file: proto/pattern.proto

import type { QuantisationRow as _halyard_pattern_v1_QuantisationRow, QuantisationRow__Output as _halyard_pattern_v1_QuantisationRow__Output } from '../../../halyard/pattern/v1/QuantisationRow.ts';

export interface Quantisation {
  'global'?: (_halyard_pattern_v1_QuantisationRow | null);
  'series'?: ({[key: string]: _halyard_pattern_v1_QuantisationRow});
}

export interface Quantisation__Output {
  'global': (_halyard_pattern_v1_QuantisationRow__Output | null);
  'series': ({[key: string]: _halyard_pattern_v1_QuantisationRow__Output});
}
