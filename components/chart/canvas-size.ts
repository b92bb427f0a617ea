/** A canvas's size in device pixels, and how many of them a CSS pixel has. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

const listeners = new WeakMap<Element, (size: CanvasSize) => void>();
let observer: ResizeObserver | null = null;

/**
 * Tells a canvas's size before the first paint and whenever it changes, also by the page's zoom. One observer for all
 * canvases: those that appear together are told, and draw, in one go.
 */
export function observeCanvasSize(
  canvas: HTMLCanvasElement,
  listener: (size: CanvasSize) => void,
): () => void {
  observer ??= new ResizeObserver((entries) => {
    for (const entry of entries) listeners.get(entry.target)?.(sizeOf(entry));
  });
  listeners.set(canvas, listener);
  // Safari tells no sizes in device pixels.
  const box =
    'devicePixelContentBoxSize' in ResizeObserverEntry.prototype ? 'device-pixel-content-box' : 'content-box';
  observer.observe(canvas, { box });
  return () => {
    listeners.delete(canvas);
    observer?.unobserve(canvas);
  };
}

function sizeOf({ devicePixelContentBoxSize, contentRect }: ResizeObserverEntry): CanvasSize {
  const ratio = window.devicePixelRatio;
  const [exact] = devicePixelContentBoxSize ?? [];
  return {
    width: wholePixels(contentRect.width * ratio, exact?.inlineSize),
    height: wholePixels(contentRect.height * ratio, exact?.blockSize),
    ratio,
  };
}

/** What the browser says it is, as long as it can be: while it pretends to be another device it tells its own pixels. */
function wholePixels(computed: number, told: number | undefined): number {
  return told !== undefined && Math.abs(told - computed) < 1 ? told : Math.round(computed);
}
