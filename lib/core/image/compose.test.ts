import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateBars, type Bars, sliceBars } from '../bar.ts';
import { computeIndicators } from '../indicator/compute-indicators.ts';
import type { Indicators } from '../indicator/indicators.ts';
import { createRandom } from '../random.ts';
import { generateUniverse } from '../synthetic/universe.ts';
import { imageChannel } from './channel.ts';
import { composeImage } from './compose.ts';
import type { QuantisationRow } from './quantisation.ts';
import { IMAGE } from './schema.ts';

interface Fixture {
  quantisation: QuantisationRow;
  windows: {
    name: string;
    open: number[];
    high: number[];
    low: number[];
    close: number[];
    ema: (number | null)[];
    rsi: (number | null)[];
    image: string;
  }[];
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/windows.json', import.meta.url), 'utf8'));

const floats = (values: (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN);

function readWindow(window: Fixture['windows'][number]): { bars: Bars; indicators: Indicators } {
  const length = window.close.length;
  const bars: Bars = {
    ...allocateBars(length),
    open: floats(window.open),
    high: floats(window.high),
    low: floats(window.low),
    close: floats(window.close),
  };
  return {
    bars,
    indicators: { atr: new Float64Array(length), ema: floats(window.ema), rsi: floats(window.rsi) },
  };
}

/** A random walk with indicators that need only be plausible: the image reads them, it does not make them. */
function randomWindow(seed: number, scale: number): { bars: Bars; indicators: Indicators } {
  const random = createRandom(seed);
  const bars = allocateBars(65);
  const indicators = {
    atr: new Float64Array(65),
    ema: new Float64Array(65),
    rsi: new Float64Array(65),
  };
  let price = 100;
  for (let i = 0; i < 65; i++) {
    const open = price;
    price *= Math.exp(0.01 * random.normal());
    bars.open[i] = open * scale;
    bars.close[i] = price * scale;
    bars.high[i] = Math.max(open, price) * (1 + 0.005 * random.next()) * scale;
    bars.low[i] = Math.min(open, price) * (1 - 0.005 * random.next()) * scale;
    indicators.ema[i] = price * (1 + 0.02 * random.normal()) * scale;
    indicators.rsi[i] = 100 * random.next();
  }
  return { bars, indicators };
}

describe('composeImage', () => {
  it.each(fixture.windows)('paints $name as numpy reads the definition, byte for byte', (window) => {
    const { bars, indicators } = readWindow(window);
    const expected = new Uint8Array(gunzipSync(Buffer.from(window.image, 'base64')));
    const image = new Uint8Array(IMAGE.bytes).fill(7);
    composeImage(image, 0, bars, indicators, bars.length - 1, fixture.quantisation);
    const wrong = image.findIndex((byte, i) => byte !== expected[i]);
    const at = `first difference at row ${Math.floor(wrong / 192)}, x ${Math.floor(wrong / 3) % 64}, channel ${wrong % 3}`;
    expect(wrong, at).toBe(-1);
  });

  it('writes only its own bytes of a larger buffer', () => {
    const { bars, indicators } = readWindow(fixture.windows[0]);
    const out = new Uint8Array(IMAGE.bytes + 20).fill(9);
    composeImage(out, 10, bars, indicators, 64, fixture.quantisation);
    expect([...out.subarray(0, 10), ...out.subarray(-10)]).toEqual(new Array(20).fill(9));
    expect(out.subarray(10, -10)).toContain(255);
  });

  it('changes no pixel when all prices are scaled by a power of two', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -20, max: 20 }), (seed, power) => {
        const images = [1, 2 ** power].map((scale) => {
          const { bars, indicators } = randomWindow(seed, scale);
          const image = new Uint8Array(IMAGE.bytes);
          composeImage(image, 0, bars, indicators, 64, fixture.quantisation);
          return image;
        });
        expect(images[1]).toEqual(images[0]);
      }),
      { numRuns: 50 },
    );
  });

  it('reads no bar after t', () => {
    const { bars, indicators } = readWindow(fixture.windows[1]);
    const before = new Uint8Array(IMAGE.bytes);
    const after = new Uint8Array(IMAGE.bytes);
    composeImage(before, 0, bars, indicators, 63, fixture.quantisation);
    bars.high[64] *= 10;
    indicators.ema[64] *= 10;
    indicators.rsi[64] = 0;
    composeImage(after, 0, bars, indicators, 63, fixture.quantisation);
    expect(after).toEqual(before);
  });

  it('paints bars handed in with 256 warm-up bars like those of a whole series, in 99.9 % of windows', () => {
    const [{ bars }] = generateUniverse(3, { series: 1, barsPerSeries: 12_000 });
    const whole = computeIndicators(bars, 0, bars.length);
    const expected = new Uint8Array(IMAGE.bytes);
    const image = new Uint8Array(IMAGE.bytes);
    let windows = 0;
    let same = 0;
    for (let t = 400; t < bars.length; t += 5) {
      const handed = sliceBars(bars, t - 63 - 256, t + 1);
      const own = computeIndicators(handed, 0, handed.length);
      composeImage(expected, 0, bars, whole, t, fixture.quantisation);
      composeImage(image, 0, handed, own, handed.length - 1, fixture.quantisation);
      windows++;
      if (Buffer.compare(image, expected) === 0) same++;
    }
    expect(same / windows).toBeGreaterThanOrEqual(0.999);
  });

  it('refuses a window without 64 bars and a buffer without room', () => {
    const { bars, indicators } = readWindow(fixture.windows[0]);
    const image = new Uint8Array(IMAGE.bytes);
    expect(() => composeImage(image, 0, bars, indicators, 62, fixture.quantisation)).toThrow('bar 62 of 65');
    expect(() => composeImage(image, 0, bars, indicators, 65, fixture.quantisation)).toThrow('bar 65 of 65');
    expect(() => composeImage(image, 1, bars, indicators, 64, fixture.quantisation)).toThrow('12288 bytes');
  });
});

describe('imageChannel', () => {
  it('copies one channel as opaque grey, row by row', () => {
    const image = Uint8Array.from({ length: IMAGE.bytes }, (_, i) => i % 251);
    const rgba = imageChannel(image, 2);
    expect(rgba.length).toBe(64 * 64 * 4);
    for (const pixel of [0, 1, 64, 4095]) {
      const grey = image[pixel * 3 + 2];
      expect([...rgba.subarray(pixel * 4, pixel * 4 + 4)]).toEqual([grey, grey, grey, 255]);
    }
    expect(() => imageChannel(image, 3)).toThrow('channel 3');
    expect(() => imageChannel(image.subarray(1), 0)).toThrow('12287 bytes');
  });
});
