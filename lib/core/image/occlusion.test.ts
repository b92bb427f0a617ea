import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { occludePatches, PATCH_SIZE, PATCHES, PATCHES_ACROSS, patchWeights } from './occlusion.ts';
import { IMAGE } from './schema.ts';

const { bytes, channels, size } = IMAGE;

function noise(): Uint8Array {
  const random = createRandom(1);
  return Uint8Array.from({ length: bytes }, () => 1 + random.int(255));
}

describe('occluded images', () => {
  it('lack one patch of one channel each, and all patches together are the whole channel', () => {
    const image = noise();
    for (let channel = 0; channel < channels; channel++) {
      const out = new Uint8Array(PATCHES * bytes);
      occludePatches(out, image, channel);
      const blank = new Uint8Array(bytes);
      for (let patch = 0; patch < PATCHES; patch++) {
        let changed = 0;
        for (let at = 0; at < bytes; at++) {
          const value = out[patch * bytes + at];
          if (value === image[at]) continue;
          expect(value).toBe(0);
          changed++;
          blank[at]++;
          const x = Math.floor(at / channels) % size;
          const row = Math.floor(at / channels / size);
          expect(Math.floor(row / PATCH_SIZE) * PATCHES_ACROSS + Math.floor(x / PATCH_SIZE)).toBe(patch);
        }
        expect(changed).toBe(PATCH_SIZE * PATCH_SIZE);
      }
      expect(blank.every((times, at) => times === Number(at % channels === channel))).toBe(true);
    }
  });

  it('are refused where a length or the channel is wrong', () => {
    const out = new Uint8Array(PATCHES * bytes);
    expect(() => occludePatches(out, new Uint8Array(5), 0)).toThrow('image of 5 bytes: 12288 are expected');
    expect(() => occludePatches(new Uint8Array(7), noise(), 0)).toThrow(
      'room for 7 bytes: 786432 are needed',
    );
    expect(() => occludePatches(out, noise(), 3)).toThrow('image channel 3: must be 0, 1 or 2');
  });
});

describe('weights of patches', () => {
  it('are what is lost of the log-odds without them', () => {
    const whole = Float32Array.of(Math.log(0.8), Math.log(0.1), Math.log(0.1));
    const without = Float32Array.from(
      [
        [0.8, 0.1, 0.1],
        [0.5, 0.3, 0.2],
        [0.9, 0.05, 0.05],
      ].flatMap((probabilities) => probabilities.map((p) => Math.log(p) + 3)),
    );
    const [same, speaksFor, speaksAgainst] = patchWeights(whole, without, 0);
    expect(same).toBeCloseTo(0, 5);
    expect(speaksFor).toBeCloseTo(Math.log(4), 5);
    expect(speaksAgainst).toBeCloseTo(Math.log(4) - Math.log(9), 5);
  });

  it('stay finite where a class is as good as certain', () => {
    const sure = Float32Array.of(500, -500, -500);
    expect(patchWeights(sure, Float32Array.of(-500, 500, 0), 0)[0]).toBeCloseTo(2000 - Math.LN2, 2);
  });
});
