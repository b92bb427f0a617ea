import type {
  IChartApiBase,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  SeriesType,
  Time,
} from 'lightweight-charts';

/** Where an overlay draws: its pane's canvas in CSS pixels, and what turns bars and prices into them. */
export interface OverlayTarget {
  readonly context: CanvasRenderingContext2D;
  /** Of the pane. */
  readonly height: number;
  readonly chart: IChartApiBase<Time>;
  readonly series: ISeriesApi<SeriesType, Time>;
}

/**
 * Something drawn over the series of a pane, again whenever what it shows changes. It hangs on a series of its pane: what
 * hangs on the pane itself is drawn under the series.
 */
export class Overlay<Shown> implements ISeriesPrimitive<Time> {
  readonly #draw: (target: OverlayTarget, shown: Shown) => void;
  readonly #views: readonly IPrimitivePaneView[];
  #shown: Shown | null = null;
  #attached: SeriesAttachedParameter<Time> | null = null;

  /** @param zOrder `bottom` lies under the series, `top` over all of them */
  constructor(draw: (target: OverlayTarget, shown: Shown) => void, zOrder: 'bottom' | 'top' = 'top') {
    this.#draw = draw;
    this.#views = [{ zOrder: () => zOrder, renderer: () => this.#renderer() }];
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = null;
  }

  set(shown: Shown): void {
    this.#shown = shown;
    this.#attached?.requestUpdate();
  }

  paneViews() {
    return this.#views;
  }

  #renderer(): IPrimitivePaneRenderer | null {
    const shown = this.#shown;
    const attached = this.#attached;
    if (shown === null || attached === null) return null;
    const { chart, series } = attached;
    return {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize: { height } }) =>
          this.#draw({ context, height, chart, series }, shown),
        ),
    };
  }
}
