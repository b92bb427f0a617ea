// Original file: proto/pattern.proto


export interface QuantisationRow {
  'm'?: (number | string);
  'rsiMean'?: (number | string);
  'rsiStd'?: (number | string);
  'drMean'?: (number | string);
  'drStd'?: (number | string);
  'p0_5'?: (number | string);
  'p99_5'?: (number | string);
}

export interface QuantisationRow__Output {
  'm': (number);
  'rsiMean': (number);
  'rsiStd': (number);
  'drMean': (number);
  'drStd': (number);
  'p0_5': (number);
  'p99_5': (number);
}
