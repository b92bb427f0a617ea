import { ClassBadge } from '@/components/class/class-badge.tsx';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import type { LabelItem } from '@/lib/contract/label.ts';
import { chartViewOf } from './chart-view.ts';
import classes from './suggestion.module.css';

const KIND_WORDS: Readonly<Record<LabelItem['suggestion']['kind'], string | null>> = {
  event: null,
  near_miss: 'one condition short of a pattern',
  sampled_none: 'no rule fires here',
  undecided: 'undecided: an input is missing',
};

const SIGNS = { true: '✓', false: '✗', null: '?' } as const;
const SIGN_WORDS = { true: 'holds', false: 'does not hold', null: 'unknown' } as const;

/** What the rules say, with the numbers that decided it. */
export function Suggestion({ held }: { held: HeldItem }) {
  const { suggestion } = held.item;
  const view = chartViewOf(held);
  const kind = KIND_WORDS[suggestion.kind];
  return (
    <section className={classes.suggestion} aria-label="Suggestion" data-class={suggestion.class}>
      <div className={classes.head}>
        <span className={classes.label}>Suggested</span>
        <ClassBadge id={suggestion.class} show="full" />
        <Direction value={suggestion.direction} />
      </div>
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

function Direction({ value }: { value: number }) {
  if (value === 0) return null;
  return (
    <span className={classes.direction} role="img" aria-label={value > 0 ? 'bullish' : 'bearish'}>
      {value > 0 ? '↑' : '↓'}
    </span>
  );
}
