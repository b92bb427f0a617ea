// Original file: proto/pattern.proto

import type { Long } from '@grpc/proto-loader';

export interface Bar {
  'ts'?: (number | string | Long);
  'open'?: (number | string);
  'high'?: (number | string);
  'low'?: (number | string);
  'close'?: (number | string);
  'volume'?: (number | string);
  'takerBuyVolume'?: (number | string);
  '_takerBuyVolume'?: "takerBuyVolume";
}

export interface Bar__Output {
  'ts': (number);
  'open': (number);
  'high': (number);
  'low': (number);
  'close': (number);
  'volume': (number);
  'takerBuyVolume'?: (number);
  '_takerBuyVolume'?: "takerBuyVolume";
}
