import { IMAGE } from './schema.ts';

const { size: SIZE, channels: CHANNELS, bytes: BYTES } = IMAGE;

/** Edge of a patch, in rows and in columns (bars). */
export const PATCH_SIZE = 8;
/** Patches along one edge of an image. */
export const PATCHES_ACROSS = SIZE / PATCH_SIZE;
/** Patches of one channel, numbered row by row from the top left. */
export const PATCHES = PATCHES_ACROSS * PATCHES_ACROSS;

/**
 * Copies of an image, each with one patch of one channel blank, as if nothing were drawn there: what a model says of
 * them tells which parts it goes by (occlusion sensitivity, Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901).
 * @param out gets PATCHES images of 12,288 bytes, in the order of the patches
 * @param image one image of feature schema 1, 12,288 bytes [row][x][channel]
 * @throws RangeError when a length or the channel is wrong
 */
export function occludePatches(out: Uint8Array, image: Uint8Array, channel: number): void {
  if (image.length !== BYTES) throw new RangeError(`image of ${image.length} bytes: ${BYTES} are expected`);
  if (out.length !== PATCHES * BYTES) {
    throw new RangeError(`room for ${out.length} bytes: ${PATCHES * BYTES} are needed`);
  }
  if (!(Number.isInteger(channel) && channel >= 0 && channel < CHANNELS)) {
    throw new RangeError(`image channel ${channel}: must be 0, 1 or 2`);
  }
  for (let patch = 0; patch < PATCHES; patch++) {
    const offset = patch * BYTES;
    out.set(image, offset);
    const top = Math.floor(patch / PATCHES_ACROSS) * PATCH_SIZE;
    const left = (patch % PATCHES_ACROSS) * PATCH_SIZE;
    for (let row = top; row < top + PATCH_SIZE; row++) {
      for (let x = left; x < left + PATCH_SIZE; x++) out[offset + (row * SIZE + x) * CHANNELS + channel] = 0;
    }
  }
}

/**
 * What each patch adds to a class's log-odds: those of the whole image less those without the patch, in nats; negative
 * where the patch speaks against the class.
 * @param whole logits of the whole image, one a class
 * @param occluded logits of the occluded images, [patch][class]
 * @param subject index of the class that is asked about
 */
export function patchWeights(whole: Float32Array, occluded: Float32Array, subject: number): Float32Array {
  const classes = whole.length;
  const reference = logOdds(whole, 0, classes, subject);
  return Float32Array.from(
    { length: occluded.length / classes },
    (_, patch) => reference - logOdds(occluded, patch * classes, classes, subject),
  );
}

/** ln(p / (1 - p)) of one class under softmax. */
function logOdds(logits: Float32Array, offset: number, classes: number, subject: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < classes; i++) {
    if (i !== subject) highest = Math.max(highest, logits[offset + i]);
  }
  let sum = 0;
  for (let i = 0; i < classes; i++) {
    if (i !== subject) sum += Math.exp(logits[offset + i] - highest);
  }
  return logits[offset + subject] - highest - Math.log(sum);
}
