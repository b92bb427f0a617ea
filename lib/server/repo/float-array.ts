/** Where the first number of a sent array of one dimension stands, and how far apart the numbers are. */
const FIRST = 24;
const STEP = 8;

/**
 * Numbers of a `real[]` as `array_send` sends it: several times faster than through its text.
 * Format: https://doxygen.postgresql.org/arrayfuncs_8c_source.html, array_send; elements without nulls.
 * @param out gets `count` numbers from `at` on
 * @throws RangeError where the array holds another number of elements
 */
export function readSentFloats(sent: Buffer, out: Float32Array, at: number, count: number): void {
  if (sent.length !== FIRST - 4 + STEP * count) {
    throw new RangeError(`a real[] of ${sent.length} bytes: it should hold ${count} numbers`);
  }
  for (let i = 0; i < count; i++) out[at + i] = sent.readFloatBE(FIRST + STEP * i);
}
