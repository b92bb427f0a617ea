import protobuf from 'protobufjs/minimal.js';

/** Fields of ModelProto and OperatorSetIdProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const OPSET_IMPORT = 8;
const DOMAIN = 1;
const VERSION = 2;

/**
 * The operator sets that an ONNX file asks for, by domain; ONNX's own is ''.
 * @throws Error where the bytes are no protocol buffer
 */
export function readOpsets(model: Uint8Array): Map<string, number> {
  const reader = protobuf.Reader.create(model);
  const opsets = new Map<string, number>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 !== OPSET_IMPORT) {
      reader.skipType(tag & 7);
      continue;
    }
    const end = reader.uint32() + reader.pos;
    let domain = '';
    let version = 0;
    while (reader.pos < end) {
      const field = reader.uint32();
      if (field >>> 3 === DOMAIN) domain = reader.string();
      else if (field >>> 3 === VERSION) version = Number(reader.int64());
      else reader.skipType(field & 7);
    }
    opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  }
  return opsets;
}
