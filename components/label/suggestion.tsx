import { ClassBadge } from '@/components/class/class-badge.tsx';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import type { LabelItem, Suggestion as Suggested } from '@/lib/contract/label.ts';
import { chartViewOf } from './chart-view.ts';
import classes from './suggestion.module.css';

const KIND_WORDS: Readonly<Record<Suggested['kind'], string | null>> = {
  event: null,
  near_miss: 'one condition short of a pattern',
  sampled_none: 'no rule fires here',
  undecided: 'undecided: an input is missing',
};

const SIGNS = { true: '✓', false: '✗', null: '?' } as const;
const SIGN_WORDS = { true: 'holds', false: 'does not hold', null: 'unknown' } as const;

/** What the rules say, with the numbers that decided it; for a blind item that there is nothing to go by. */
export function Suggestion({ held }: { held: HeldItem }) {
  const { suggestion, voices } = held.item;
  if (suggestion === null) {
    return (
      <section className={classes.suggestion} aria-label="Suggestion" data-blind>
        <div className={classes.head}>
          <span className={classes.label}>Blind</span>
        </div>
        <p className={classes.kind}>Judge by the chart alone: what rules and model say is not shown here.</p>
      </section>
    );
  }
  const view = chartViewOf(held);
  const kind = KIND_WORDS[suggestion.kind];
  // A window on which people disagree stands under the newest answer, not under what rules say.
  const isSaidLast = voices?.at(-1)?.label === suggestion.class;
  return (
    <section className={classes.suggestion} aria-label="Suggestion" data-class={suggestion.class}>
      <div className={classes.head}>
        <span className={classes.label}>{isSaidLast ? 'Said last' : 'Suggested'}</span>
        <ClassBadge id={suggestion.class} show="full" />
        <Direction value={suggestion.direction} />
      </div>
      {voices ? <Voices voices={voices} /> : null}
      {kind ? <p className={classes.kind}>{kind}</p> : null}
      <ul className={classes.reasons}>
        {view.reasons.map(({ text, holds }) => (
          <li key={text} data-holds={String(holds)}>
            <span className={classes.sign} role="img" aria-label={SIGN_WORDS[`${holds}`]}>
              {SIGNS[`${holds}`]}
            </span>
            {text}
          </li>
        ))}
      </ul>
      <p className={classes.others}>other votes: {view.others}</p>
    </section>
  );
}

/** What people said of a window that a reviewer decides on. */
function Voices({ voices }: { voices: NonNullable<LabelItem['voices']> }) {
  return (
    <ul className={classes.voices} aria-label="What people said">
      {voices.map(({ person, label, note, blind, sawFuture }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a person may have said the same twice; the order never changes
        <li key={i}>
          <ClassBadge id={label} show="letter" />
          <span>{person}</span>
          <span className={classes.aside}>
            {[blind && 'blind', sawFuture && 'saw later bars'].filter(Boolean).join(', ')}
          </span>
          {note ? <q className={classes.said}>{note}</q> : null}
        </li>
      ))}
    </ul>
  );
}

function Direction({ value }: { value: number }) {
  if (value === 0) return null;
  return (
    <span className={classes.direction} role="img" aria-label={value > 0 ? 'bullish' : 'bearish'}>
      {value > 0 ? '↑' : '↓'}
    </span>
  );
}
