// Original file: proto/pattern.proto


export interface GetModelRequest {
  'modelVersion'?: (string);
}

export interface GetModelRequest__Output {
  'modelVersion': (string);
}
