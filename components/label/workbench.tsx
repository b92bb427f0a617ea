'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ChartHandle } from '@/components/chart/label-chart.tsx';
import { countOf } from '@/components/figure/format.ts';
import { KeysDialog } from '@/components/figure/keys-dialog.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { followChampion, wantPredictions } from '@/lib/client/inference/inference.ts';
import { keepPage } from '@/lib/client/kept-page.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { editingOf } from '@/lib/client/label/marks-slice.ts';
import { useOutboxState } from '@/lib/client/outbox/state.ts';
import { useStanding } from '@/lib/client/standing.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { SKIP_REASONS } from '@/lib/contract/label.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { AlikeDialog } from './alike-dialog.tsx';
import { AnswerStrip } from './answer-strip.tsx';
import { ChartArea } from './chart-area.tsx';
import { prepareInIdleTime } from './chart-view.ts';
import { ClassProgress } from './class-progress.tsx';
import { Elsewhere, useEmptyQueue } from './elsewhere.tsx';
import { GoldContext, useGoldWork } from './gold/use-gold.ts';
import { ClassGuide } from './guide/class-guide.tsx';
import { useGuideVersion } from './guide/use-guide.ts';
import { labelKeys } from './label-keys.ts';
import { OfflineButton } from './offline-button.tsx';
import { OwnAnswers } from './own-answers/own-answers.tsx';
import { Pace } from './pace.tsx';
import { QueueHeader, type QueueHeaderProps } from './queue-header.tsx';
import { type PanelMode, SidePanel } from './side-panel.tsx';
import { LabelSkeleton, Message } from './states.tsx';
import { LabelStoreContext, useLabel, useLabelWork } from './use-label-store.ts';
import { useMovingKeys } from './use-moving-keys.ts';
import classes from './workbench.module.css';

type WorkbenchProps = QueueHeaderProps & { person: { id: string; role: Role } };

/** One person at one queue, window by window. */
export function Workbench({ person, ...header }: WorkbenchProps) {
  const store = useLabelWork(person.id, header.queueId);
  const gold = useGoldWork(person.id);
  const [beside, setBeside] = useState<'guide' | 'answers' | null>(null);
  const onGuide = useCallback(() => setBeside((was) => (was === 'guide' ? null : 'guide')), []);
  const onOwn = useCallback(() => setBeside((was) => (was === 'answers' ? null : 'answers')), []);
  const isAdmin = holdsRole(person.role, 'admin');
  return (
    <LabelStoreContext value={store}>
      <GoldContext value={gold}>
        <div className={classes.workbench} data-beside={beside ?? undefined}>
          <TopBar>
            <OfflineButton />
          </TopBar>
          <Header {...header} />
          <Work
            role={person.role}
            queueId={header.queueId}
            onChoose={header.onChoose}
            onGuide={onGuide}
            onOwn={onOwn}
          />
          {beside === 'guide' ? <GuideOfWindow isAdmin={isAdmin} onClose={onGuide} /> : null}
          {beside === 'answers' ? <OwnAnswers queueId={header.queueId} onClose={onOwn} /> : null}
          <AnswerStrip isReviewer={holdsRole(person.role, 'reviewer')} />
        </div>
      </GoldContext>
    </LabelStoreContext>
  );
}

function Header(header: QueueHeaderProps) {
  const progress = useLabel((state) => state.progress);
  const answers = useLabel((state) => state.answers);
  return (
    <QueueHeader {...header}>
      <ClassProgress progress={progress} />
      <Pace times={answers.map(({ at }) => at)} progress={progress} />
    </QueueHeader>
  );
}

/** Opens at the class that is suggested then; where that is hidden, at the first. */
function GuideOfWindow(props: { isAdmin: boolean; onClose: () => void }) {
  const first = useLabel(({ current }) => current?.item.suggestion?.class ?? CLASS_IDS[0]);
  return <ClassGuide first={first} {...props} />;
}

interface WorkProps extends Pick<QueueHeaderProps, 'queueId' | 'onChoose'> {
  role: Role;
  /** Opens the class guide, or closes it. */
  onGuide: () => void;
  /** Likewise the person's own answers. */
  onOwn: () => void;
}

function Work({ role, queueId, onChoose, onGuide, onOwn }: WorkProps) {
  const phase = useLabel((state) => state.phase);
  const words = useLabel((state) => state.words);
  const current = useLabel((state) => state.current);
  const refill = useLabel((state) => state.refill);
  const start = useLabel((state) => state.start);
  const { count } = useOutboxState();
  const isOver = useStanding(({ session }) => session === 'over');
  const undo = useLabel((state) => state.undo);
  const takeBack = () => void undo();
  usePreparation();
  useKeptPage();
  useGuideVersion();
  // The last answer of a queue can be taken back too.
  useHotkeys({ u: takeBack, backspace: takeBack }, current === null);
  if (current !== null) return <Window held={current} role={role} onGuide={onGuide} onOwn={onOwn} />;
  switch (phase) {
    case 'empty':
      return (
        <NothingLeft
          role={role}
          queueId={queueId}
          onChoose={onChoose}
          words={words}
          onLook={() => void refill()}
        />
      );
    case 'offline-empty':
      return (
        <Message
          title="Every window in hand is answered"
          act={{ words: 'Try now', run: () => void refill() }}
        >
          The server cannot be reached. {countOf(count, 'answer')} {count === 1 ? 'is' : 'are'} kept in this
          browser and {count === 1 ? 'goes' : 'go'} out when it is back; new windows come then too.
        </Message>
      );
    case 'failed':
      return isOver ? (
        <Message title="You are signed out" act={{ words: 'Sign in', href: '/sign-in' }}>
          {count === 0
            ? 'Everything that you answered is saved.'
            : `${countOf(count, 'answer')} ${count === 1 ? 'is' : 'are'} kept in this browser and ${count === 1 ? 'goes' : 'go'} out when you sign in.`}
        </Message>
      ) : (
        <Message title="Windows could not be fetched" act={{ words: 'Try again', run: () => void start() }}>
          {words} Answers already given are kept.
        </Message>
      );
    default:
      return <LabelSkeleton />;
  }
}

interface NothingLeftProps extends Omit<WorkProps, 'onGuide' | 'onOwn'> {
  /** What the server said when it was asked for more. */
  words: string | null;
  onLook: () => void;
}

/** Why, and where else windows wait. */
function NothingLeft({ role, queueId, onChoose, words, onLook }: NothingLeftProps) {
  const { count } = useOutboxState();
  const { data } = useEmptyQueue(queueId, count === 0);
  const manage = holdsRole(role, 'reviewer') ? `/review/queues?queue=${queueId}` : null;
  return (
    <Message
      title="This queue has nothing more for you"
      act={{ words: 'Look again', run: onLook }}
      after={<Elsewhere queues={data?.elsewhere ?? []} onChoose={onChoose} manage={manage} />}
    >
      {count > 0 ? 'Your last answers are on their way.' : (data?.why ?? words)}
    </Message>
  );
}

/** Once the page works, it is kept for a reload without the server. */
function useKeptPage(): void {
  const works = useLabel((state) => state.current !== null);
  const behind = useLabel((state) => state.behind);
  useEffect(() => {
    if (!works) return;
    const idle = requestIdleCallback(() => behind(keepPage()));
    return () => cancelIdleCallback(idle);
  }, [works, behind]);
}

/** Makes the next windows ready to paint, and has them predicted, before they are needed. */
function usePreparation(): void {
  const current = useLabel((state) => state.current);
  const ready = useLabel((state) => state.ready);
  useEffect(followChampion, []);
  useEffect(() => prepareInIdleTime(ready), [ready]);
  useEffect(() => {
    const held: HeldItem[] = [...(current ? [current] : []), ...ready];
    wantPredictions(
      held.map(({ item, snapshot }) => ({
        windowId: item.windowId,
        seriesKey: seriesKey(item.series),
        snapshot,
      })),
    );
  }, [current, ready]);
}

/** The window in view, and all keys. */
function Window({
  held,
  role,
  onGuide,
  onOwn,
}: { held: HeldItem } & Pick<WorkProps, 'role' | 'onGuide' | 'onOwn'>) {
  const answer = useLabel((state) => state.answer);
  const confirm = useLabel((state) => state.confirm);
  const skip = useLabel((state) => state.skip);
  const undo = useLabel((state) => state.undo);
  const isReviewer = holdsRole(role, 'reviewer');
  const [mode, setMode] = useState<PanelMode>('answer');
  const [logarithmic, setLogarithmic] = useState(false);
  const [peeked, setPeeked] = useState<string | null>(null);
  const [explains, setExplains] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const [seeking, setSeeking] = useState(false);
  const chart = useRef<ChartHandle>(null);
  const { windowId, suggestion } = held.item;
  const blind = suggestion === null;

  const editMarks = useLabel((state) => state.editMarks);
  const moving = useLabel((state) => editingOf(state) !== null);
  const movingKeys = useMovingKeys();
  const keys = useMemo(() => {
    const undoKey = () => void undo();
    const always = {
      l: () => setLogarithmic((on) => !on),
      // Before the answer to a blind window the model says nothing either.
      p: () => setPeeked((was) => (was === windowId || blind ? null : windowId)),
      o: () => {
        if (blind) return;
        setExplains((on) => peeked !== windowId || !on);
        setPeeked(windowId);
      },
      '?': () => setKeysShown(true),
      '0': () => chart.current?.resetZoom(),
      '+': () => chart.current?.zoom(1.25),
      '=': () => chart.current?.zoom(1.25),
      '-': () => chart.current?.zoom(0.8),
      arrowleft: () => chart.current?.moveCrosshair(-1),
      arrowright: () => chart.current?.moveCrosshair(1),
      escape: () => {
        setMode('answer');
        chart.current?.clearCrosshair();
      },
      g: onGuide,
      y: onOwn,
      u: undoKey,
      backspace: undoKey,
      ...(isReviewer ? { a: () => setSeeking(true) } : {}),
    };
    if (mode === 'skip') {
      const reasons = SKIP_REASONS.map((reason, i) => [
        String(i + 1),
        () => {
          setMode('answer');
          void skip(reason);
        },
      ]);
      return { ...always, ...Object.fromEntries(reasons), s: () => setMode('answer') };
    }
    return {
      ...always,
      ...Object.fromEntries(CLASS_IDS.map((id) => [CLASS_FACTS[id].key, () => void answer(id)])),
      ' ': () => void confirm(),
      s: () => setMode('skip'),
      n: () => setMode('note'),
      e: editMarks,
    };
  }, [mode, windowId, blind, peeked, answer, confirm, skip, undo, isReviewer, editMarks, onGuide, onOwn]);
  useHotkeys(moving ? movingKeys : keys, !keysShown && !seeking);

  return (
    <>
      <ChartArea
        held={held}
        handle={chart}
        peeks={peeked === windowId}
        explained={explains && peeked === windowId}
        logarithmic={logarithmic}
        onLogarithmic={() => setLogarithmic((on) => !on)}
        onReset={() => chart.current?.resetZoom()}
      />
      <SidePanel
        held={held}
        mode={mode}
        onMode={setMode}
        peeks={peeked === windowId}
        onAlike={isReviewer ? () => setSeeking(true) : null}
      />
      {seeking ? <AlikeDialog held={held} onClose={() => setSeeking(false)} /> : null}
      <KeysDialog keys={labelKeys(isReviewer)} shown={keysShown} onClose={() => setKeysShown(false)} />
    </>
  );
}
