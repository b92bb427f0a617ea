'use client';

import { type PointerEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Attribution } from '@/components/chart/attribution.tsx';
import chartClasses from '@/components/chart/chart.module.css';
import { createExploreChart, type ExploreChart } from '@/components/chart/create-explore-chart.ts';
import { themePalette, usePalette } from '@/components/chart/use-palette.ts';
import type { Exploration } from '@/lib/client/explore/exploration.ts';
import { endOf } from '@/lib/client/explore/explore-state.ts';
import { SOURCES, type Source } from '@/lib/client/explore/mark.ts';
import type { BucketRun } from '@/lib/client/explore/tiles.ts';
import { pan, widthOf, xToPlace, zoom } from '@/lib/client/explore/viewport.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { tsOfBar } from '@/lib/core/time-runs.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import classes from './explore.module.css';
import { ExploreLegend } from './explore-legend.tsx';
import { MarkStrip } from './mark-strip.tsx';
import { Minimap } from './minimap.tsx';
import type { Address, SetAddress } from './use-address.ts';
import { useDrawing, useExploration } from './use-exploration.ts';

/** A bucket is at least this wide, CSS pixels: narrower ones cost time and show nothing more. */
const BUCKET_WIDTH = 1.4;
/** A press that moves less than this is a click. */
const CLICK_SLOP = 4;
const WHEEL_ZOOM = 1.0015;

interface StageProps {
  address: Address;
  setAddress: SetAddress;
}

/** The chart over the whole width, a strip a source under it, and the whole history at the bottom. */
export function Stage({ address, setAddress }: StageProps) {
  const exploration = useExploration();
  const { store, series, runs } = exploration;
  const stage = useRef<HTMLDivElement>(null);
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<ExploreChart | null>(null);
  const filled = useRef<{ run: BucketRun; end: number } | null>(null);
  const [shown, setShown] = useState(filled.current);
  const [pointed, setPointed] = useState<number | null>(null);
  const [hovered, setHovered] = useState<{ bar: number; class: ClassId } | null>(null);
  const [tops, setTops] = useState<number[]>([]);
  const palette = usePalette();

  const draw = useCallback(() => {
    const made = chart.current;
    if (made === null) return;
    const state = store.getState();
    const width = made.plotWidth();
    if (width <= 0) return;
    stage.current?.style.setProperty('--plot-width', `${width}px`);
    const end = endOf(state, series.bars);
    const run = exploration.barsInView(Math.max(100, Math.floor(width / BUCKET_WIDTH)));
    const former = filled.current;
    // Bars of another level stay until those of this one have come, unless some of them must go.
    const wait = former !== null && !run.complete && former.end === end && former.run.level !== run.level;
    if (former?.run !== run && !wait) {
      made.fill(run, (bar) => tsOfBar(runs, bar));
      filled.current = { run, end };
      setShown(filled.current);
    }
    made.setView(state.viewport);
    const subject = state.armed === null ? hovered : { bar: state.cursor, class: state.armed };
    made.setFrame({
      cursor: state.cursor,
      window: subject && { ...subject, bars: WINDOW_BARS },
      hiddenFrom: end < series.bars ? end : null,
    });
    container.current?.setAttribute('data-level', String(filled.current?.run.level ?? 0));
    container.current?.setAttribute('data-complete', String(run.complete));
    container.current?.setAttribute('data-end', String(end));
  }, [exploration, store, series, runs, hovered]);
  useDrawing(draw);

  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    const made = createExploreChart(element, themePalette());
    chart.current = made;
    made.onPointer(setPointed);
    return () => {
      chart.current = null;
      filled.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => {
    chart.current?.onResize(() => {
      setTops(chart.current?.paneTops() ?? []);
      draw();
    });
  }, [draw]);
  useLayoutEffect(() => chart.current?.setLogarithmic(address.log), [address.log]);
  useEffect(() => chart.current?.setPalette(palette), [palette]);
  const gestures = useGestures(exploration, () => chart.current?.plotWidth() ?? 1);

  const toggle = (source: Source) =>
    void setAddress(({ layers }) => ({
      layers: layers.includes(source)
        ? layers.filter((one) => one !== source)
        : SOURCES.filter((one) => one === source || layers.includes(one)),
    }));
  const place =
    pointed === null ? null : xToPlace(store.getState().viewport, pointed, chart.current?.plotWidth() ?? 1);
  return (
    <div className={classes.stage} ref={stage}>
      <section className={chartClasses.chart} aria-label="Chart" {...gestures}>
        <div
          ref={container}
          className={chartClasses.canvas}
          role="img"
          aria-label={`${series.symbol} ${series.timeframe}, candles and volume`}
          data-testid="explore-chart"
        />
        <ExploreLegend place={place} filled={shown} tops={tops} />
        <Attribution />
      </section>
      {SOURCES.map((source) => (
        <MarkStrip
          key={source}
          source={source}
          shown={address.layers.includes(source)}
          classes={address.classes}
          onToggle={() => toggle(source)}
          onHover={setHovered}
        />
      ))}
      <Minimap />
    </div>
  );
}

/** Drag pans, the wheel zooms about the pointer or pans sideways, a click puts the cursor on a bar. */
function useGestures({ store }: Exploration, plotWidth: () => number) {
  const drag = useRef<{ x: number; startX: number; moved: boolean } | null>(null);
  const barsAt = (x: number) => xToPlace(store.getState().viewport, x, plotWidth());
  const xOf = (event: { clientX: number; currentTarget: Element }) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || xOf(event) > plotWidth()) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, startX: event.clientX, moved: false };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const { current } = drag;
      if (current === null) return;
      const moved = current.moved || Math.abs(event.clientX - current.startX) > CLICK_SLOP;
      if (!moved) return;
      const { viewport, setViewport } = store.getState();
      setViewport(pan(viewport, (-(event.clientX - current.x) / plotWidth()) * widthOf(viewport)));
      drag.current = { ...current, x: event.clientX, moved };
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const { current } = drag;
      drag.current = null;
      // In a replay a click would show what comes next, or hide what was there: that is left to keys.
      if (current === null || current.moved || store.getState().replay) return;
      store.getState().goTo(Math.floor(barsAt(xOf(event))));
    },
    onPointerCancel() {
      drag.current = null;
    },
    onWheel(event: React.WheelEvent<HTMLElement>) {
      const { viewport, setViewport } = store.getState();
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        setViewport(pan(viewport, (sideways / plotWidth()) * widthOf(viewport)));
        return;
      }
      setViewport(zoom(viewport, WHEEL_ZOOM ** event.deltaY, barsAt(xOf(event))));
    },
  };
}
