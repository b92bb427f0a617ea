'use client';

import { ClassBadge } from '@/components/class/class-badge.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import type { SubmittedPage } from '@/lib/client/label/grid-work-state.ts';
import { pageAnswers } from '@/lib/client/outbox/entry.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import strip from '../answer-strip.module.css';
import { CatchRate } from './catch-rate.tsx';
import classes from './grid-workbench.module.css';
import { useGrid } from './use-grid-work.ts';

const SHOWN = 12;

/** The last pages, newest first, what share of planted windows was noticed on them, and what is ready next. */
export function PageStrip({ pagesReady }: { pagesReady: number }) {
  const submitted = useGrid((state) => state.submitted);
  const notice = useGrid((state) => state.notice);
  const bringingBack = useGrid((state) => state.bringingBack);
  const catchRate = useGrid((state) => state.catchRate);
  const offline = useOutbox((state) => state.connection === 'offline');
  const said = bringingBack === null ? notice : 'Bringing the last page back…';
  return (
    <footer className={strip.strip}>
      <span className={strip.label}>last pages</span>
      <ol className={strip.answers} data-testid="pages" data-count={submitted.length}>
        {submitted.slice(0, SHOWN).map((page) => (
          <Page key={page.input.id} page={page} />
        ))}
      </ol>
      <output className={strip.notice}>
        {said ?? (offline ? 'Offline: go on, pages are kept here and go out later.' : '')}
      </output>
      <CatchRate share={catchRate} />
      <span className={classes.hints}>
        <KeyHint keys="U" does="undo page" />
        <KeyHint keys="?" does="all keys" />
      </span>
      <span className={strip.ready} data-testid="pages-ready" data-count={pagesReady}>
        next {pagesReady} {pagesReady === 1 ? 'page' : 'pages'} ready
      </span>
    </footer>
  );
}

/** How many of a page were said to be what: the page's class, then the exceptions. */
function Page({ page: { input } }: { page: SubmittedPage }) {
  const waits = useOutbox(({ waiting }) =>
    waiting.some((entry) => entry.kind === 'page' && entry.input.id === input.id),
  );
  const answers = pageAnswers(input);
  const countOf = (id: (typeof CLASS_IDS)[number]) =>
    answers.filter((answer) => answer.kind === 'label' && answer.label === id).length;
  const skips = answers.filter(({ kind }) => kind === 'skip').length;
  const others = CLASS_IDS.filter((id) => id !== input.class);
  const fate = waits ? 'waiting' : 'saved';
  return (
    <li
      className={strip.answer}
      data-fate={fate}
      title={`${answers.length} windows suggested as ${CLASS_FACTS[input.class].name.toLowerCase()}, ${fate}`}
    >
      {[input.class, ...others].map((id) =>
        countOf(id) === 0 ? null : (
          <span key={id} className={classes.part}>
            <ClassBadge id={id} /> {countOf(id)}
          </span>
        ),
      )}
      {skips > 0 ? <span className={classes.part}>skip {skips}</span> : null}
    </li>
  );
}
