import { formatCount } from '@/components/figure/format.ts';
import classes from './dataset.module.css';

/** Windows that did not come in, by the reason, the most frequent first. */
export function LeftOut({ leftOut }: { leftOut: Readonly<Record<string, number>> }) {
  const reasons = Object.entries(leftOut).sort(([, a], [, b]) => b - a);
  return (
    <section className={classes.leftOut} aria-label="Left out">
      <h2>Left out</h2>
      {reasons.length === 0 ? (
        <p>Nothing.</p>
      ) : (
        <dl>
          {reasons.map(([reason, count]) => (
            <div key={reason}>
              <dt>{formatCount(count)}</dt>
              <dd>{reason}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
