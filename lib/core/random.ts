/** A seeded source of randomness: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, n); n ≥ 1. */
  int(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** One element, each equally likely; throws on an empty array. */
  pick<T>(items: readonly T[]): T;
  /** Fisher-Yates in place; returns the same array. */
  shuffle<T>(items: T[]): T[];
}

/**
 * sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, PractRand), its state filled from `seed` by splitmix32.
 * @param seed any finite number; its integer part modulo 2^53 counts, so that 1 and 2^32 + 1 differ.
 */
export function createRandom(seed: number): Random {
  if (!Number.isFinite(seed)) throw new Error(`random seed ${seed}: must be a finite number`);
  const whole = Math.trunc(Math.abs(seed)) % 2 ** 53;
  let mix =
    ((whole >>> 0) ^ Math.imul(Math.floor(whole / 2 ** 32), 0x9e3779b1) ^ (seed < 0 ? 0x5bf03635 : 0)) >>> 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const uint32 = (): number => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  };
  // The generator's author discards the first outputs while the seed spreads through the state.
  for (let i = 0; i < 12; i++) uint32();

  const next = (): number => uint32() / 2 ** 32;
  const int = (n: number): number => {
    if (!(n >= 1)) throw new Error(`random int below ${n}: the bound must be at least 1`);
    return Math.floor(next() * n);
  };
  let spare = Number.NaN;
  return {
    next,
    int,
    // Marsaglia's polar method: two normals a round, the second kept for the next call.
    normal() {
      if (!Number.isNaN(spare)) {
        const kept = spare;
        spare = Number.NaN;
        return kept;
      }
      for (;;) {
        const u = 2 * next() - 1;
        const v = 2 * next() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const scale = Math.sqrt((-2 * Math.log(s)) / s);
          spare = v * scale;
          return u * scale;
        }
      }
    },
    pick(items) {
      if (items.length === 0) throw new Error('random pick: the array is empty');
      return items[int(items.length)];
    },
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = int(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
  };
}
