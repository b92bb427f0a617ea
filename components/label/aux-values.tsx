'use client';

import { Popover, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { AUX_GROUPS } from '@/lib/core/image/auxiliary-words.ts';
import classes from './aux-values.module.css';

/** Pixels: of a bar with the gap after it, between quantities, of one unit, and of the whole. */
const PITCH = 5;
const GAP = 3;
const UNIT = 14;
const HEIGHT = 64;
/** What leaves the picture is clipped: few values go so far. */
const MOST = HEIGHT / 2 / UNIT;

/** Number of each quantity's first value. */
const FIRSTS = AUX_GROUPS.map((_, group) =>
  AUX_GROUPS.slice(0, group).reduce((sum, { bars }) => sum + bars.length, 0),
);
/** Left edges of the bars, in the order of the values. */
const LEFTS = AUX_GROUPS.flatMap(({ bars }, group) =>
  bars.map((_, i) => (FIRSTS[group] + i) * PITCH + group * GAP + 1),
);
const WIDTH = LEFTS[LEFTS.length - 1] + PITCH;

/** The numbers that a model of feature schema 2 gets beside the image; a click names them. */
export function AuxValues({ aux }: { aux: Float32Array | null }) {
  const [opened, setOpened] = useState(false);
  useHotkeys({ escape: () => setOpened(false) }, opened);
  return (
    <Popover opened={opened} onChange={setOpened} position="top" withArrow disabled={aux === null}>
      <Popover.Target>
        <UnstyledButton
          className={classes.aux}
          aria-label="auxiliary values"
          title="Numbers that the model gets beside the image"
          onClick={() => setOpened((was) => !was)}
        >
          <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
            <path className={classes.middle} d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
            {aux && LEFTS.map((left, i) => <Bar key={left} left={left} value={aux[i]} />)}
          </svg>
          <span>auxiliary values</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>{aux && <Names aux={aux} />}</Popover.Dropdown>
    </Popover>
  );
}

/** Up is light and down is grey, as in the image's second and third channel. */
function Bar({ left, value }: { left: number; value: number }) {
  const height = Math.min(MOST, Math.abs(value)) * UNIT;
  const top = HEIGHT / 2 - (value > 0 ? height : 0);
  return (
    <rect
      className={value > 0 ? classes.up : classes.down}
      x={left}
      y={top}
      width={PITCH - 1}
      height={height}
    />
  );
}

function Names({ aux }: { aux: Float32Array }) {
  return (
    <table className={classes.names} aria-label="Auxiliary values">
      <tbody>
        {AUX_GROUPS.map(({ name, bars }, group) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {bars.map((bar, i) => (
              <td key={bar}>
                <span className={classes.bar}>{barWords(bar)}</span> {twoDigits(aux[FIRSTS[group] + i])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <caption>What is unknown is 0.</caption>
    </table>
  );
}

const barWords = (bar: number): string => (bar === 0 ? 't' : `t−${-bar}`);

/** `−0.31`, as a number is read; `0` where nothing is known. */
function twoDigits(value: number): string {
  return value === 0 ? '0' : value.toFixed(2).replace('-', '−');
}
