import { type ClassId, NONE } from '@/lib/contract/classes.ts';

/** Weights below this are noise of the model: a map is never stretched so far that they look like much. */
const FULL_SHADE_NATS = 0.5;
const DARKEST = 0.5;

/** How a patch is shaded: by the class's colour where it speaks for the class, by the ink where it speaks against it. */
export interface Shade {
  readonly patch: number;
  readonly speaksFor: boolean;
  /** 0 to DARKEST. */
  readonly alpha: number;
}

export interface ClassShades {
  readonly class: ClassId;
  readonly shades: readonly Shade[];
}

export const NO_SHADES: ClassShades = { class: NONE, shades: [] };

/**
 * Shades of one channel's patches, on the scale of all channels: what is pale adds little.
 * @param channels nats a patch; a channel that is not among them has no shades
 */
export function patchShades(channels: readonly Float32Array[], channel: number): Shade[] {
  let most = FULL_SHADE_NATS;
  for (const weights of channels) for (const weight of weights) most = Math.max(most, Math.abs(weight));
  return Array.from(channels[channel] ?? [], (weight, patch) => ({
    patch,
    speaksFor: weight > 0,
    alpha: (DARKEST * Math.abs(weight)) / most,
  }));
}
