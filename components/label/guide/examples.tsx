import type { SparkWindow } from '@/components/chart/draw-sparkcandles.ts';
import { chartMarks } from '@/components/chart/marks.ts';
import { Sparkcandles } from '@/components/chart/sparkcandles.tsx';
import { CLASS_FACTS, type ClassId } from '@/lib/contract/classes.ts';
import { type GuideExample, guideExamples } from '@/lib/core/guide-examples.ts';
import classes from './guide.module.css';

/** Drawn windows of a class and of what only looks like it; none of them is from a market. */
export function Examples({ of }: { of: ClassId }) {
  return (
    <ul className={classes.examples} aria-label="Drawn examples">
      {guideExamples(of).map((example) => (
        <li key={example.words} data-accepted={example.accepted}>
          <div className={classes.spark}>
            <Sparkcandles window={sparkOf(of, example)} volume />
          </div>
          <span>
            <b>{example.accepted ? CLASS_FACTS[of].name : `Not a ${CLASS_FACTS[of].name.toLowerCase()}`}</b>:{' '}
            {example.words}
          </span>
        </li>
      ))}
    </ul>
  );
}

const drawn = new WeakMap<GuideExample, SparkWindow>();

/** The same object each time: a thumbnail is drawn again only for another one. */
function sparkOf(of: ClassId, example: GuideExample): SparkWindow {
  let spark = drawn.get(example);
  if (!spark) {
    const { accepted, votes, opened } = example;
    const { bars, indicators, windowStart, t } = opened;
    const shapes = accepted
      ? chartMarks(
          votes.filter(({ rule }) => rule === of),
          of,
          t,
          bars,
        ).shapes
      : [];
    spark = { bars, ema: indicators.ema, windowStart, shapes };
    drawn.set(example, spark);
  }
  return spark;
}
