import { expect, type Page, test } from '@playwright/test';
import type { Sample } from './parts/sparkcandles.part.tsx';
import { openPart } from './support/part.ts';

const UP = '0,255,0';
const DOWN = '255,0,0';
const EMA = '255,255,0';
const VOLUME = '0,0,255';
const FLAG = '255,0,255';

/** 64 bars that rise and fall in turn. */
const CLOSES = Array.from({ length: 64 }, (_, i) => 100 + (i % 2 === 0 ? 0 : 10));
/** 8 pixels a bar, and one and a half bars of room at the right. */
const SIZE = { width: 524, height: 100 };
const PITCH = 8;

class Drawing {
  readonly #rows: readonly (readonly string[])[];

  constructor(rows: string[][]) {
    this.#rows = rows;
  }

  /** Of the pixels of a colour; null where there are none. */
  boxOf(colour: string) {
    let box: { left: number; right: number; top: number; bottom: number } | null = null;
    this.#rows.forEach((row, y) => {
      row.forEach((pixel, x) => {
        if (pixel !== colour) return;
        box = {
          left: Math.min(box?.left ?? x, x),
          right: Math.max(box?.right ?? x, x),
          top: Math.min(box?.top ?? y, y),
          bottom: y,
        };
      });
    });
    return box as { left: number; right: number; top: number; bottom: number } | null;
  }

  /** Of one bar's column, from the left edge of its 8 pixels. */
  coloursOf(bar: number): Set<string> {
    return new Set(
      this.#rows.flatMap((row) => row.slice(bar * PITCH, (bar + 1) * PITCH)).filter((pixel) => pixel !== ''),
    );
  }

  at(x: number, y: number): string {
    return this.#rows[y][x];
  }
}

async function draw(page: Page, sample: Partial<Sample>): Promise<Drawing> {
  const whole: Sample = { closes: CLOSES, windowStart: 0, ...SIZE, ...sample };
  const rows = await page.evaluate(
    (given) => (globalThis as unknown as { drawSample(sample: Sample): string[][] }).drawSample(given),
    whole,
  );
  return new Drawing(rows);
}

test.beforeEach(({ page }) => openPart(page, 'sparkcandles'));

test('rising bars are drawn in the one colour, falling ones in the other, over the whole height', async ({
  page,
}) => {
  const drawing = await draw(page, { unknownEma: CLOSES.map((_, i) => i) });
  expect(drawing.coloursOf(1)).toEqual(new Set([UP]));
  expect(drawing.coloursOf(2)).toEqual(new Set([DOWN]));
  expect(drawing.boxOf(DOWN)).toMatchObject({ top: 4, bottom: SIZE.height - 5 });
});

test('t stands at the same place whatever came before the window, which is not drawn', async ({ page }) => {
  const alone = await draw(page, {});
  const warmed = await draw(page, { closes: [...new Array(40).fill(500), ...CLOSES], windowStart: 40 });
  expect(warmed.boxOf(UP)).toEqual(alone.boxOf(UP));
  expect(alone.boxOf(UP)?.right).toBe(SIZE.width - 1.5 * PITCH - 2);
});

test('a candle stands on whole pixels, its body wider than its wick', async ({ page }) => {
  const drawing = await draw(page, { unknownEma: CLOSES.map((_, i) => i) });
  const row = Array.from({ length: PITCH }, (_, x) => drawing.at(PITCH + x, 50));
  expect(row.filter((pixel) => pixel === UP).length).toBeGreaterThan(3);
  expect(new Set(row)).toEqual(new Set([UP, '']));
});

test('the EMA is a line, with a gap where it is not known', async ({ page }) => {
  const drawing = await draw(page, { unknownEma: [0, 1, 2] });
  expect(drawing.coloursOf(0)).not.toContain(EMA);
  expect(drawing.boxOf(EMA)).toMatchObject({ left: 3.5 * PITCH });
});

test('shapes of the rule lie at their bars and prices, and an arrow has its room', async ({ page }) => {
  const drawing = await draw(page, {
    shapes: [
      {
        kind: 'line',
        class: 'flag',
        from: { bar: 10, price: 100 },
        to: { bar: 20, price: 110 },
        thick: true,
      },
      { kind: 'arrow', class: 'flag', at: { bar: 63, price: 110 }, up: true },
    ],
  });
  expect(drawing.coloursOf(15)).toContain(FLAG);
  expect(drawing.coloursOf(30)).not.toContain(FLAG);
  expect(drawing.coloursOf(63)).toContain(FLAG);
  // Above the highest candle, and inside the canvas.
  expect(drawing.boxOf(FLAG)?.top).toBeLessThan(drawing.boxOf(UP)?.top ?? 0);
  expect(drawing.boxOf(FLAG)?.top).toBeGreaterThan(0);
});

test('volume is a strip below the candles, and only where it is asked for', async ({ page }) => {
  expect((await draw(page, {})).boxOf(VOLUME)).toBeNull();
  const drawing = await draw(page, { volume: true });
  const strip = drawing.boxOf(VOLUME);
  expect(strip).toMatchObject({ bottom: SIZE.height - 1, top: SIZE.height - 18 });
  expect(drawing.boxOf(DOWN)?.bottom).toBeLessThan(strip?.top ?? 0);
});

test('signs keep their size on a screen of more pixels', async ({ page }) => {
  const tallAt = async (ratio: number) => {
    const drawing = await draw(page, {
      width: SIZE.width * ratio,
      height: SIZE.height * ratio,
      ratio,
      shapes: [{ kind: 'arrow', class: 'flag', at: { bar: 63, price: 110 }, up: true }],
    });
    const box = drawing.boxOf(FLAG);
    return box === null ? 0 : box.bottom - box.top + 1;
  };
  expect(await tallAt(3)).toBeGreaterThan(2 * (await tallAt(1)));
});

for (const deviceScaleFactor of [1, 2]) {
  test.describe(`on a screen of ${deviceScaleFactor} pixels a CSS pixel`, () => {
    test.use({ deviceScaleFactor });

    test('thumbnails fill their boxes pixel by pixel, move nothing, and follow the theme', async ({
      page,
    }) => {
      const theme = (name: string) =>
        page.evaluate((scheme) => {
          document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
        }, name);
      await theme('dark');
      await page.evaluate(() => (globalThis as unknown as { mount(count: number): void }).mount(48));
      const canvases = page.getByRole('img');
      await expect(canvases).toHaveCount(48);
      const sizes = await canvases.evaluateAll((all: HTMLCanvasElement[]) =>
        all.map(({ width, height }) => `${width}×${height}`),
      );
      expect(new Set(sizes)).toEqual(new Set([`${150 * deviceScaleFactor}×${90 * deviceScaleFactor}`]));
      const boxes = await canvases.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
      expect(new Set(boxes)).toEqual(new Set([150]));

      const drawnIn = (colour: string) =>
        canvases.evaluateAll(
          (all: HTMLCanvasElement[], wanted) =>
            all.filter((canvas) => {
              const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
              for (let i = 0; i < data.length; i += 4)
                if (data.subarray(i, i + 3).join(',') === wanted && data[i + 3] === 255) return true;
              return false;
            }).length,
          colour,
        );
      const [darkUp, lightUp] = ['38,166,154', '18,144,124'];
      await expect.poll(() => drawnIn(darkUp)).toBe(48);
      await theme('light');
      await expect.poll(() => drawnIn(lightUp)).toBe(48);
      expect(await drawnIn(darkUp)).toBe(0);
    });
  });
}
