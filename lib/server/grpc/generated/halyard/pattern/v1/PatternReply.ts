// Original file: proto/pattern.proto


export interface PatternReply {
  'classId'?: (string);
  'quality'?: (number | string);
  'probabilities'?: (number | string)[];
  'poleKatr'?: (number | string);
  'embed'?: (number | string)[];
  'modelVersion'?: (string);
  'championVersion'?: (string);
  '_poleKatr'?: "poleKatr";
}

export interface PatternReply__Output {
  'classId': (string);
  'quality': (number);
  'probabilities': (number)[];
  'poleKatr'?: (number);
  'embed': (number)[];
  'modelVersion': (string);
  'championVersion': (string);
  '_poleKatr'?: "poleKatr";
}
