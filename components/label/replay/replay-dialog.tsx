'use client';

import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type ChartData, chartData } from '@/components/chart/chart-data.ts';
import { LabelChart } from '@/components/chart/label-chart.tsx';
import { NO_SHADES } from '@/components/chart/patch-shades.ts';
import { formatBarTime } from '@/components/chart/price-format.ts';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { onceAnswered } from '@/lib/client/answer-on-its-way.ts';
import { call } from '@/lib/client/api.ts';
import type { Hotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { keys } from '@/lib/client/keys.ts';
import { snapshotOf } from '@/lib/client/label/held-item.ts';
import { api } from '@/lib/contract/api.ts';
import type { Replay } from '@/lib/contract/replay.ts';
import { sliceBars } from '@/lib/core/bar.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import { useOnItsWay } from '../use-on-its-way.ts';
import classes from './replay.module.css';

const BAR_MS = 250;
const NO_MARKS = { shapes: [], flip: null };

interface ReplayDialogProps {
  windowId: string;
  onClose: () => void;
}

/** The bars after a window that the person has answered, one by one. */
export function ReplayDialog({ windowId, onClose }: ReplayDialogProps) {
  const isOnItsWay = useOnItsWay(windowId);
  const { data, error, refetch } = useQuery({
    queryKey: keys.replay(windowId),
    queryFn: ({ signal }) => call(api.replayWindow, { params: { id: windowId }, signal }),
    enabled: !isOnItsWay,
    ...onceAnswered,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Modal.Root opened onClose={onClose} centered size="min(1100px, 90vw)" transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className={classes.body}>
          <div className={classes.head}>
            <Modal.Title className={classes.title}>
              {data
                ? `${data.series.symbol} · ${data.series.timeframe} after ${formatBarTime(data.ts)} UTC`
                : 'What came after'}
            </Modal.Title>
            <Modal.CloseButton aria-label="Close" />
          </div>
          <Problem error={error} onRetry={refetch} />
          {data ? <Player replay={data} /> : <div className={classes.chart} aria-busy={error === null} />}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Player({ replay }: { replay: Replay }) {
  const { later } = replay;
  const [shown, setShown] = useState(0);
  const [playing, setPlaying] = useState(later > 0);
  const player = useRef<HTMLDivElement>(null);
  // The dialog chose what has the focus before there was anything to play.
  useEffect(() => player.current?.focus(), []);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setShown((was) => Math.min(later, was + 1)), BAR_MS);
    return () => clearInterval(timer);
  }, [playing, later]);
  const data = useMemo(() => dataUpTo(replay, shown), [replay, shown]);
  const goTo = (bar: number) => {
    setPlaying(false);
    setShown(Math.max(0, Math.min(later, bar)));
  };
  const hotkeys: Hotkeys = {
    ' ': () => (shown === later ? restart() : setPlaying((was) => !was)),
    arrowright: () => goTo(shown + 1),
    arrowleft: () => goTo(shown - 1),
    home: () => goTo(0),
    end: () => goTo(later),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const run = hotkeys[event.key.toLowerCase()];
    if (!run) return;
    event.preventDefault();
    run();
  };
  function restart(): void {
    setShown(0);
    setPlaying(later > 0);
  }
  const words = later === 0 ? 'The series ends with this window.' : `bar ${shown} of ${later} after it`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the whole dialog, which has the focus
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the dialog's focus begins here, where its keys work
    <div ref={player} className={classes.player} onKeyDown={onKeyDown} tabIndex={0}>
      <div className={classes.chart} data-testid="replay" data-shown={shown}>
        <LabelChart
          data={data}
          marks={NO_MARKS}
          shades={NO_SHADES}
          logarithmic={false}
          description={`${replay.series.symbol}, ${words}`}
        />
      </div>
      <div className={classes.foot}>
        <output className={classes.count}>{words}</output>
        <KeyHint keys="Space" does={playing && shown < later ? 'pause' : 'play'} />
        <KeyHint keys="← →" does="bar by bar" />
        <KeyHint keys="Esc" does="close" />
        <span className={classes.note}>
          You know now how it went on: another answer to this window is kept as one that saw the future.
        </span>
      </div>
    </div>
  );
}

/** The chart's data with so many bars after t; the window stays where it begins. */
function dataUpTo({ snapshot, later }: Replay, shown: number): ChartData {
  const whole = snapshotOf(snapshot);
  const bars = sliceBars(whole.bars, 0, whole.bars.length - later + shown);
  const opened = openSnapshot({ ...whole, bars });
  return { ...chartData(opened), windowStart: opened.windowStart - shown, later: shown };
}
