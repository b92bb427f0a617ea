'use client';

import { formatBarTime } from '@/components/chart/price-format.ts';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { ClassButtons } from '@/components/class/class-buttons.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import type { Exploration } from '@/lib/client/explore/exploration.ts';
import { firstMarkFrom, SOURCES } from '@/lib/client/explore/mark.ts';
import { faultAt, noWindowWords } from '@/lib/client/explore/opened-series.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { tsOfBar } from '@/lib/core/time-runs.ts';
import { saidWords } from './mark-words.ts';
import classes from './readout.module.css';
import type { Address } from './use-address.ts';
import { useExploration, useExplore, useFound } from './use-exploration.ts';

/** What is said of the cursor's bar, what a key press would do, and what happened last. */
export function Readout({ address }: { address: Address }) {
  const { runs } = useExploration();
  const cursor = useExplore((state) => state.cursor);
  const armed = useExplore((state) => state.armed);
  const notice = useExplore((state) => state.notice);
  const press = useExplore((state) => state.press);
  return (
    <footer className={classes.readout} data-testid="readout" data-cursor={tsOfBar(runs, cursor)}>
      <span className={classes.time}>{formatBarTime(tsOfBar(runs, cursor))}</span>
      <Said layers={address.layers} />
      <output className={classes.notice}>{notice ?? ''}</output>
      {armed === null ? null : (
        <span className={classes.armed} data-testid="armed" data-class={armed}>
          <ClassBadge id={armed} show="name" />
          <KeyHint keys={CLASS_FACTS[armed].key} does="label" />
          <KeyHint keys="Esc" does="not" />
        </span>
      )}
      <Honesty />
      <div className={classes.buttons}>
        <ClassButtons compact marked={armed} onPick={(id) => void press(id)} />
      </div>
    </footer>
  );
}

/** Whether a label of the cursor's window would count as given by someone who saw what came next. */
function Honesty() {
  const knows = useFound((exploration) => exploration.sawAfterCursor());
  return (
    <span
      className={classes.honesty}
      data-testid="honesty"
      data-saw={knows}
      title={
        knows
          ? 'Bars after this one have been on your screen: a label here is stored as given by someone who saw what came next, and is never used to measure.'
          : 'Nothing after this bar has been on your screen: a label here counts as if given on the day.'
      }
    >
      {knows ? 'later bars seen' : 'nothing later seen'}
    </span>
  );
}

function Said({ layers }: { layers: Address['layers'] }) {
  const said = useFound((exploration) => saidOfCursor(exploration, layers));
  const probabilities = useFound((exploration) => wordAtCursor(exploration)?.join(' ') ?? null);
  return (
    <span className={classes.said} data-testid="said" data-probabilities={probabilities ?? undefined}>
      {said}
    </span>
  );
}

/** What each source says of the window that ends at the cursor, or why there is none, in words. */
function saidOfCursor(exploration: Exploration, layers: Address['layers']): string {
  const { cursor } = exploration.store.getState();
  const fault = faultAt(exploration.series, exploration.runs, cursor);
  if (fault) return noWindowWords(fault);
  const parts = SOURCES.filter((source) => layers.includes(source)).flatMap((source) => {
    const word = source === 'model' ? wordAtCursor(exploration) : null;
    if (word) return [wordText(word)];
    const all = exploration.marks(source);
    const marks = all.slice(firstMarkFrom(all, cursor), firstMarkFrom(all, cursor + 1));
    return marks.length === 0
      ? []
      : [`${source}: ${marks.map((mark) => saidWords(mark).join(', ')).join('; ')}`];
  });
  return parts.length > 0 ? parts.join(' · ') : 'nothing is said of this bar';
}

/** The model's probabilities, where it was run over the cursor's bar here. */
function wordAtCursor(exploration: Exploration): number[] | null {
  const word = exploration.scan()?.results.wordAt(exploration.store.getState().cursor);
  return word ? Array.from(word.probabilities) : null;
}

/** `model: F .81  N .15`, the classes that matter. */
function wordText(probabilities: readonly number[]): string {
  const told = CLASS_IDS.map((id, i) => ({ letter: CLASS_FACTS[id].letter, probability: probabilities[i] }))
    .filter(({ probability }) => probability >= 0.05)
    .sort((a, b) => b.probability - a.probability)
    .map(({ letter, probability }) => `${letter} ${probability.toFixed(2).replace(/^0/, '')}`);
  return `model: ${told.join('  ')}`;
}
