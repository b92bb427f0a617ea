'use client';

import { Button } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { KeysDialog } from '@/components/figure/keys-dialog.tsx';
import { Notice } from '@/components/figure/notice.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { type Exploration, openExploration } from '@/lib/client/explore/exploration.ts';
import { nextMarkBar } from '@/lib/client/explore/mark.ts';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import classes from './explore.module.css';
import { exploreKeys } from './explore-keys.ts';
import { queueAddress } from './queue-address.ts';
import { Readout } from './readout.tsx';
import { runInView } from './run-model.ts';
import { Stage } from './stage.tsx';
import { ToolBar, type ToolBarHandle } from './tool-bar.tsx';
import { type Address, startOf, useAddress, useViewInAddress } from './use-address.ts';
import { ExplorationContext, useAnswers, useChampion } from './use-exploration.ts';

interface ExploreWorkbenchProps {
  person: { id: string; role: Role };
  series: OpenedSeries;
  onChoose: (seriesId: number) => void;
  /** Other bars have been imported: open the series again. */
  onReopen: () => void;
}

/** One series in view, and all keys. */
export function ExploreWorkbench({ person, series, onChoose, onReopen }: ExploreWorkbenchProps) {
  const [address, setAddress] = useAddress();
  const [exploration] = useState(() => openExploration(person.id, series, startOf(address, series)));
  const [keysShown, setKeysShown] = useState(false);
  const tools = useRef<ToolBarHandle>(null);
  useEffect(() => () => exploration.rest(), [exploration]);
  useEffect(() => exploration.setRuleSet(address.rules), [exploration, address.rules]);
  useViewInAddress(exploration, setAddress);
  useAnswers(exploration);
  const model = useChampion(exploration);
  const isReviewer = holdsRole(person.role, 'reviewer');
  const { push } = useRouter();
  const makeQueue = useCallback(() => {
    const to = queueAddress(exploration, address);
    if (to) push(to);
  }, [exploration, address, push]);

  const keys = useMemo(() => {
    const actions = () => exploration.store.getState();
    const jump = (direction: 1 | -1) => () => jumpToEvent(exploration, address, direction);
    const undo = () => void actions().undo(exploration.people());
    return {
      ...Object.fromEntries(CLASS_IDS.map((id) => [CLASS_FACTS[id].key, () => void actions().press(id)])),
      enter: () => void actions().record(),
      u: undo,
      backspace: undo,
      j: jump(1),
      ']': jump(1),
      k: jump(-1),
      '[': jump(-1),
      ',': () => actions().step(-1),
      '.': () => actions().step(1),
      arrowleft: () => actions().panBy(-0.125),
      arrowright: () => actions().panBy(0.125),
      '+': () => actions().zoomBy(0.8),
      '=': () => actions().zoomBy(0.8),
      '-': () => actions().zoomBy(1.25),
      '0': () => actions().showWhole(),
      home: () => actions().goTo(0),
      end: () => actions().goTo(series.bars - 1),
      r: () => actions().toggleReplay(),
      m: () => runInView(exploration),
      l: () => void setAddress(({ log }) => ({ log: !log })),
      g: () => tools.current?.focusTime(),
      '/': () => tools.current?.openSeries(),
      ...(isReviewer ? { q: makeQueue } : {}),
      escape: () => actions().disarm(),
      '?': () => setKeysShown(true),
    };
  }, [exploration, address, series.bars, setAddress, isReviewer, makeQueue]);
  useHotkeys(keys, !keysShown);

  return (
    <ExplorationContext value={exploration}>
      <div className={classes.workbench}>
        <TopBar>
          <span>
            {series.symbol} · {series.timeframe} · {series.venue}
          </span>
          {model ? <span>{model.version} champion</span> : null}
        </TopBar>
        <ToolBar
          handle={tools}
          address={address}
          setAddress={setAddress}
          model={model}
          onChoose={onChoose}
          onQueue={isReviewer ? makeQueue : null}
          onKeys={() => setKeysShown(true)}
        />
        <Trouble exploration={exploration} onReopen={onReopen} />
        <Stage address={address} setAddress={setAddress} />
        <Readout address={address} />
        <KeysDialog keys={exploreKeys(isReviewer)} shown={keysShown} onClose={() => setKeysShown(false)} />
      </div>
    </ExplorationContext>
  );
}

/** To the nearest event of the sources and classes that are shown. */
function jumpToEvent(exploration: Exploration, { layers, classes: shown }: Address, direction: 1 | -1): void {
  const lists = layers.map((source) =>
    exploration.marks(source).filter((mark) => shown.includes(mark.class)),
  );
  const { cursor, goTo, tell } = exploration.store.getState();
  const bar = nextMarkBar(lists, cursor, direction);
  if (bar !== null) goTo(bar);
  else if (!layers.every((source) => exploration.hasMarks(source)))
    tell('The events are still on their way: press again in a moment.');
  else tell(`No ${direction > 0 ? 'later' : 'earlier'} event of what is shown.`);
}

/** What could not be fetched, over the chart, which goes on showing what it has. */
function Trouble({ exploration, onReopen }: { exploration: Exploration; onReopen: () => void }) {
  const { words, offline, outdated } = useStore(exploration.trouble);
  if (words === null) return null;
  return (
    <div className={classes.trouble}>
      <Notice
        tone={offline || outdated ? 'warn' : 'bad'}
        text={
          offline ? 'The server cannot be reached; what is shown is from before. It is tried again.' : words
        }
      >
        {outdated ? (
          <Button variant="default" onClick={onReopen}>
            Open it again
          </Button>
        ) : null}
      </Notice>
    </div>
  );
}
