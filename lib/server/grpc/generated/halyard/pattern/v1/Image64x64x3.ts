// Original file: proto/pattern.proto


export interface Image64x64x3 {
  'pixels'?: (Buffer | Uint8Array | string);
  'featureSchema'?: (number);
  'aux'?: (number | string)[];
  'modelVersion'?: (string);
}

export interface Image64x64x3__Output {
  'pixels': (Buffer);
  'featureSchema': (number);
  'aux': (number)[];
  'modelVersion': (string);
}
