import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import classes from './chart.module.css';
import type { Place } from './marks.ts';

/** A bar of a mark that can be moved. */
export interface MarkHandle {
  readonly name: string;
  readonly at: Place;
  /** Of the mark's bar, counted from t. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The bar in words. */
  readonly text: string;
}

export interface MarkHandlesProps {
  handles: readonly MarkHandle[];
  /** Which of them the keys move. */
  held: number;
  onHold: (handle: number) => void;
  /** @param bar index into the shown bars @param begins whether a drag begins with it */
  onDrag: (handle: number, bar: number, begins: boolean) => void;
}

interface Drag {
  readonly handle: number;
  bar: number;
  begins: boolean;
}

type HandlesProps = MarkHandlesProps & {
  /** Filled with the handles' elements: the chart puts each where its bar is drawn. */
  elements: RefObject<(HTMLElement | null)[]>;
  /** The bar at so many pixels from the left of the viewport. */
  barAt: (clientX: number) => number | null;
};

/** Handles over the candles. The one in hand has the focus, so that it is read out as it moves. */
export function MarkHandles({ handles, held, onHold, onDrag, elements, barAt }: HandlesProps) {
  const drag = useRef<Drag | null>(null);
  useEffect(() => {
    elements.current[held]?.focus({ preventScroll: true });
  }, [held, elements]);

  function begin(event: PointerEvent<HTMLElement>, handle: number) {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { handle, bar: barAt(event.clientX) ?? Number.NaN, begins: true };
    onHold(handle);
  }
  function follow(event: PointerEvent<HTMLElement>) {
    const now = drag.current;
    const bar = now && barAt(event.clientX);
    if (now === null || bar === null || bar === now.bar) return;
    onDrag(now.handle, bar, now.begins);
    drag.current = { ...now, bar, begins: false };
  }
  function end() {
    drag.current = null;
  }

  return handles.map(({ name, value, min, max, text }, i) => (
    <span
      key={name}
      ref={(element) => {
        elements.current[i] = element;
      }}
      role="slider"
      tabIndex={i === held ? 0 : -1}
      aria-label={name}
      aria-orientation="horizontal"
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
      title={`${name}, ${text}`}
      className={classes.handle}
      data-held={i === held || undefined}
      onFocus={() => onHold(i)}
      onPointerDown={(event) => begin(event, i)}
      onPointerMove={follow}
      onPointerUp={end}
      onPointerCancel={end}
    />
  ));
}
