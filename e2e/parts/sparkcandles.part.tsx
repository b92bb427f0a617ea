import '@/components/class/class.css';
import '@/app/globals.css';
import { createRoot } from 'react-dom/client';
import { drawSparkcandles } from '@/components/chart/draw-sparkcandles.ts';
import type { Shape } from '@/components/chart/marks.ts';
import { GREY_PALETTE } from '@/components/chart/palette.ts';
import { Sparkcandles } from '@/components/chart/sparkcandles.tsx';
import { allocateBars, type Bars } from '@/lib/core/bar.ts';
import { heldWindows } from './held-windows.ts';

/** Bars by their closes, each of a window opening at the close before, without wicks, volume 1, 2, 3, …; EMA on the last close. */
export interface Sample {
  readonly closes: readonly number[];
  readonly windowStart: number;
  readonly shapes?: readonly Shape[];
  readonly volume?: boolean;
  readonly unknownEma?: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly ratio?: number;
}

/** Rows of pixels, each `r,g,b` or an empty text where nothing is drawn. */
function drawSample(sample: Sample): string[][] {
  const { closes, width, height } = sample;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as unknown as CanvasRenderingContext2D;
  const ema = Float64Array.from(closes, (_, i) =>
    sample.unknownEma?.includes(i) ? Number.NaN : closes[closes.length - 1],
  );
  drawSparkcandles(
    context,
    { bars: barsOf(sample), ema, windowStart: sample.windowStart, shapes: sample.shapes ?? [] },
    {
      width,
      height,
      ratio: sample.ratio ?? 1,
      volume: sample.volume ?? false,
      palette: {
        ...GREY_PALETTE,
        up: '#00ff00',
        down: '#ff0000',
        warn: '#ffff00',
        dim: '#0000ff',
        classes: { ...GREY_PALETTE.classes, flag: '#ff00ff' },
      },
    },
  );
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (y * width + x) * 4;
      return data[at + 3] === 0 ? '' : data.subarray(at, at + 3).join(',');
    }),
  );
}

function barsOf({ closes, windowStart }: Sample): Bars {
  const bars = allocateBars(closes.length);
  closes.forEach((close, i) => {
    const open = i === 0 || i === windowStart ? close : closes[i - 1];
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = Math.max(open, close);
    bars.low[i] = Math.min(open, close);
    bars.volume[i] = i + 1;
  });
  return bars;
}

/** Thumbnails of 150 by 90 CSS pixels, of real windows. */
function mount(count: number): void {
  const held = heldWindows('flag', count);
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no #root');
  createRoot(root).render(
    held.map(({ item, opened }) => (
      <div key={item.windowId} style={{ float: 'left', width: 150, height: 90 }}>
        <Sparkcandles
          label={item.windowId}
          window={{
            bars: opened.bars,
            ema: opened.indicators.ema,
            windowStart: opened.windowStart,
            shapes: [],
          }}
        />
      </div>
    )),
  );
}

Object.assign(globalThis, { drawSample, mount });
