import { IMAGE } from './schema.ts';

/**
 * One channel of an image as grey, opaque RGBA pixels, 64×64×4, row by row: what a canvas takes as ImageData.
 * @param image one image of feature schema 1, 12,288 bytes [row][x][channel]
 * @param channel 0 candles, 1 EMA distance, 2 RSI momentum
 */
export function imageChannel(image: Uint8Array, channel: number): Uint8ClampedArray<ArrayBuffer> {
  const { bytes, channels, size } = IMAGE;
  if (image.length !== bytes) throw new RangeError(`image of ${image.length} bytes: ${bytes} are expected`);
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    throw new RangeError(`image channel ${channel}: must be 0, 1 or 2`);
  }
  const rgba = new Uint8ClampedArray(size * size * 4);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const grey = image[pixel * channels + channel];
    rgba.fill(grey, pixel * 4, pixel * 4 + 3);
    rgba[pixel * 4 + 3] = 255;
  }
  return rgba;
}
