'use client';

import { parseAsNumberLiteral, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { KeysDialog } from '@/components/figure/keys-dialog.tsx';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { cutPages } from '@/lib/client/label/grid-page.ts';
import { type GridStore, gridSizeOf } from '@/lib/client/label/grid-store.ts';
import type { GridWorkStore } from '@/lib/client/label/grid-work-state.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { pageTimes } from '@/lib/client/label/pace.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { PAGE_SIZES } from '@/lib/contract/grid.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { AlikeDialog } from '../alike-dialog.tsx';
import { ClassProgress } from '../class-progress.tsx';
import { Elsewhere, useEmptyQueue } from '../elsewhere.tsx';
import { Pace } from '../pace.tsx';
import { QueueHeader, type QueueHeaderProps } from '../queue-header.tsx';
import { Message } from '../states.tsx';
import { gridKeys } from './grid-keys.ts';
import { GridSkeleton } from './grid-skeleton.tsx';
import { GridView } from './grid-view.tsx';
import classes from './grid-workbench.module.css';
import { PageStrip } from './page-strip.tsx';
import { GridWorkContext, useGrid, useGridWork } from './use-grid-work.ts';

/** One person at one queue, page by page: a class at a time, as the address says. */
export function GridWorkbench({
  person,
  ...header
}: QueueHeaderProps & { person: { id: string; role: Role } }) {
  const [suggested, choose] = useQueryState('class', parseAsStringLiteral(CLASS_IDS).withDefault('flag'));
  const [windows, resize] = useQueryState('size', parseAsNumberLiteral(PAGE_SIZES).withDefault(24));
  const { work, grid } = useGridWork({ author: person.id, queueId: header.queueId, suggested, windows });

  // The address leads, and is told where an undo turns to another class, or a key chooses another size.
  useEffect(() => work.getState().turnTo(suggested), [work, suggested]);
  useEffect(() => grid.getState().setSize(gridSizeOf(windows)), [grid, windows]);
  useEffect(
    () =>
      work.subscribe((state, before) => {
        if (state.suggested !== before.suggested) void choose(state.suggested);
      }),
    [work, choose],
  );
  useEffect(
    () =>
      grid.subscribe(({ size }, before) => {
        if (size === before.size) return;
        void resize(size.windows);
        const { behind, refill } = work.getState();
        behind(refill());
      }),
    [grid, resize, work],
  );

  return (
    <GridWorkContext value={work}>
      <div className={classes.workbench}>
        <GridHeader {...header} onClass={(id) => void choose(id)} />
        <Pages
          work={work}
          grid={grid}
          isReviewer={holdsRole(person.role, 'reviewer')}
          {...header}
          onClass={(id) => void choose(id)}
        />
      </div>
    </GridWorkContext>
  );
}

function GridHeader({ onClass, ...header }: QueueHeaderProps & { onClass: (id: ClassId) => void }) {
  const suggested = useGrid((state) => state.suggested);
  const progress = useGrid((state) => state.progress);
  const submitted = useGrid((state) => state.submitted);
  const times = useMemo(() => pageTimes(submitted.map(({ input }) => input)), [submitted]);
  return (
    <QueueHeader {...header}>
      <ClassProgress progress={progress} choice={{ chosen: suggested, onChoose: onClass }} />
      <Pace times={times} progress={progress} />
    </QueueHeader>
  );
}

interface PagesProps extends Pick<QueueHeaderProps, 'queueId' | 'onChoose' | 'onMode'> {
  work: GridWorkStore;
  grid: GridStore;
  isReviewer: boolean;
  onClass: (id: ClassId) => void;
}

/** The page in view with all keys, or what is the matter. */
function Pages({ work, grid, isReviewer, queueId, onChoose, onMode, onClass }: PagesProps) {
  const items = useGrid((state) => state.items);
  const suggested = useGrid((state) => state.suggested);
  const wentBack = useGrid((state) => state.wentBack);
  const windows = useStore(grid, ({ size }) => size.windows);
  const [keysShown, setKeysShown] = useState(false);
  const [sought, setSought] = useState<HeldItem | null>(null);
  const [page, next] = useMemo(() => cutPages(items, suggested, windows), [items, suggested, windows]);
  const { submit, undo } = work.getState();
  const isOpen = page !== null && wentBack === 0;
  const keysEnabled = !keysShown && sought === null;
  useHotkeys(
    {
      u: () => void undo(),
      c: () => onClass(classAfter(suggested)),
      '?': () => setKeysShown(true),
    },
    keysEnabled,
  );
  return (
    <>
      {isOpen ? (
        <GridView
          store={grid}
          page={page}
          next={next}
          onSubmit={submit}
          onAlike={isReviewer ? setSought : null}
          keysEnabled={keysEnabled}
        />
      ) : wentBack > 0 ? (
        <WentBack count={wentBack} />
      ) : (
        <NoPage
          queueId={queueId}
          onChoose={onChoose}
          onMode={onMode}
          onClass={onClass}
          size={gridSizeOf(windows)}
        />
      )}
      <PageStrip pagesReady={Math.max(0, Math.ceil(items.length / windows) - 1)} />
      {sought ? <AlikeDialog held={sought} onClose={() => setSought(null)} /> : null}
      <KeysDialog keys={gridKeys(isReviewer)} shown={keysShown} onClose={() => setKeysShown(false)} />
    </>
  );
}

function classAfter(id: ClassId): ClassId {
  return CLASS_IDS[(CLASS_IDS.indexOf(id) + 1) % CLASS_IDS.length];
}

/** Nobody reads this in less: an Enter that was meant for the page does not pass over it. */
const READ_MS = 1000;

/** In the way on purpose: whoever confirms too fast should stop here. */
function WentBack({ count }: { count: number }) {
  const acknowledge = useGrid((state) => state.acknowledge);
  const catchRate = useGrid((state) => state.catchRate);
  const shownAt = useRef(performance.now());
  useHotkeys({
    enter() {
      if (performance.now() - shownAt.current >= READ_MS) acknowledge();
    },
  });
  return (
    <Message
      title={count === 1 ? 'Your last page went back to the queue' : `${count} pages went back to the queue`}
      act={{ words: 'Go on', run: acknowledge, keys: 'Enter' }}
    >
      Too many windows that are surely of another class were confirmed
      {catchRate === null ? '' : `: you noticed ${catchRate.hits} of ${catchRate.trials}`}. What you said on{' '}
      {count === 1 ? 'this page' : 'these pages'} no longer counts, and the windows come again, to you or to
      others. Look at every window before Enter; a smaller page (+) makes that easier.
    </Message>
  );
}

interface NoPageProps extends Pick<PagesProps, 'queueId' | 'onChoose' | 'onMode' | 'onClass'> {
  size: Parameters<typeof GridSkeleton>[0]['size'];
}

function NoPage({ queueId, onChoose, onMode, onClass, size }: NoPageProps) {
  const phase = useGrid((state) => state.phase);
  const words = useGrid((state) => state.words);
  const refill = useGrid((state) => state.refill);
  const behind = useGrid((state) => state.behind);
  switch (phase) {
    case 'empty':
      return (
        <NothingLeft queueId={queueId} onChoose={onChoose} onMode={onMode} onClass={onClass} words={words} />
      );
    case 'offline-empty':
      return (
        <Message
          title="Every page in hand is answered"
          act={{ words: 'Try now', run: () => behind(refill()) }}
        >
          The server cannot be reached. Your pages are kept in this browser and go out when it is back; new
          windows come then too.
        </Message>
      );
    case 'failed':
      return (
        <Message
          title="Windows could not be fetched"
          act={{ words: 'Try again', run: () => behind(refill()) }}
        >
          {words} Pages already submitted are kept.
        </Message>
      );
    default:
      return <GridSkeleton size={size} />;
  }
}

/** This class has none; other classes, single windows and other queues may. */
function NothingLeft(props: Omit<NoPageProps, 'size'> & { words: string | null }) {
  const { queueId, onChoose, onMode, onClass, words } = props;
  const suggested = useGrid((state) => state.suggested);
  const { data } = useEmptyQueue(queueId);
  const nextClass = classAfter(suggested);
  return (
    <Message
      title={`No more windows suggested as ${CLASS_FACTS[suggested].name.toLowerCase()} for you`}
      act={{
        words: `Go on with ${CLASS_FACTS[nextClass].name.toLowerCase()}`,
        run: () => onClass(nextClass),
        keys: 'C',
      }}
      after={<Elsewhere queues={data?.elsewhere ?? []} onChoose={onChoose} manage={null} />}
    >
      {words ?? 'They come again when others give some back.'} Windows of other classes, and those that hide
      their suggestion, may be left: choose a class above, or{' '}
      <button type="button" className={classes.link} onClick={() => onMode('single')}>
        label one by one
      </button>{' '}
      (V).
    </Message>
  );
}
