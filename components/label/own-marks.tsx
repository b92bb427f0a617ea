import { keepFocus } from '@/components/class/keep-focus.ts';
import { countOf } from '@/components/figure/format.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { editingOf } from '@/lib/client/label/marks-slice.ts';
import { FLAG_BARS, type MeasuredFlag } from '@/lib/core/rule/flag-marks.ts';
import classes from './own-marks.module.css';
import { useLabel } from './use-label-store.ts';
import { useOwnFlag } from './use-own-marks.ts';

/** Pole and consolidation as the person put them, in figures; nothing where they did not. */
export function OwnMarks({ held }: { held: HeldItem }) {
  const own = useOwnFlag(held);
  const editing = useLabel(editingOf);
  const editMarks = useLabel((state) => state.editMarks);
  const dropMarks = useLabel((state) => state.dropMarks);
  if (own === null) return null;
  const { part, edge, name } = FLAG_BARS[editing?.handle ?? 0];
  return (
    <section className={classes.own} aria-label="Your marks" data-pole-katr={own.poleKatr}>
      <div className={classes.head}>
        <span className={classes.label}>{editing ? 'Your marks, being moved' : 'Your marks'}</span>
        {editing ? null : (
          <span className={classes.acts}>
            <button type="button" onMouseDown={keepFocus} onClick={editMarks}>
              move
            </button>
            <button type="button" onMouseDown={keepFocus} onClick={dropMarks}>
              drop
            </button>
          </span>
        )}
      </div>
      <Figures own={own} />
      {editing ? (
        <p className={classes.hand}>
          in hand: {name}, bar {own.marks[part][edge]}
        </p>
      ) : (
        <p className={classes.hand}>go with the answer if it is a flag</p>
      )}
    </section>
  );
}

function Figures({ own: { direction, poleKatr, marks } }: { own: MeasuredFlag }) {
  const { pole, consolidation } = marks;
  const range = (consolidation.high - consolidation.low) / pole.height;
  const barsOf = ({ start, end }: { start: number; end: number }) => countOf(end - start + 1, 'bar');
  return (
    <dl className={classes.figures}>
      <dt>pole {direction === 0 ? '' : direction > 0 ? '↑' : '↓'}</dt>
      <dd>{direction === 0 ? 'no height' : `${pole.k.toFixed(1)} ATR`}</dd>
      <dd>{barsOf(pole)}</dd>
      <dt>pole_katr</dt>
      <dd className={classes.katr}>{poleKatr.toFixed(2)}</dd>
      <dd>ATR of now</dd>
      <dt>consolidation</dt>
      <dd>{Number.isFinite(range) ? `${range.toFixed(2)} of pole` : '–'}</dd>
      <dd>{barsOf(consolidation)}</dd>
    </dl>
  );
}
