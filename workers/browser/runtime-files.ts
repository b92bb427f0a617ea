/**
 * Where the app serves onnxruntime-web's own files (next.config.js knows the version): browsers keep them for good, so a
 * newer runtime must not be served from the same place.
 */
export const RUNTIME = `/ort/${process.env.ORT_VERSION}/`;

/** What the runtime loads by itself from there. */
export const RUNTIME_FILES = ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'].map(
  (name) => RUNTIME + name,
);
