import { Button, SegmentedControl, Select } from '@mantine/core';
import Link from 'next/link';
import { parseAsInteger, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { formatMoment } from '@/components/figure/format.ts';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { STATE_STATUS } from '@/components/jobs/job-words.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import type { Curve } from '@/lib/contract/learning-curve.ts';
import { useLearningCurves } from '../use-train.ts';
import { classCurves, TARGET } from './class-curve.ts';
import classes from './learning.module.css';
import { LearningForm } from './learning-form.tsx';
import { LearningPlot } from './learning-plot.tsx';
import { verdictOf } from './learning-words.ts';

const MIXES = ['sampled', 'natural'] as const;

/** What would the next labels buy? Each class's F1 over its labels, drawn out toward the target. */
export function LearningPanel({ datasets }: { datasets: readonly Dataset[] }) {
  const { data, error, isPending, refetch } = useLearningCurves();
  const [chosen, setChosen] = useQueryState('curve', parseAsInteger);
  const [mix, setMix] = useQueryState('mix', parseAsStringLiteral(MIXES).withDefault('sampled'));
  const [adding, setAdding] = useState(false);
  const curves = data?.curves ?? [];
  const curve = curves.find(({ id }) => id === chosen) ?? curves[0];
  return (
    <section className={classes.panel} aria-label="What more labels would buy">
      <div className={classes.head}>
        {curve ? (
          <Select
            aria-label="Learning curve"
            className={classes.choice}
            allowDeselect={false}
            value={String(curve.id)}
            data={curves.map(({ id, datasetName, createdAt }) => ({
              value: String(id),
              label: `#${id} on ${datasetName}, ${formatMoment(createdAt)}`,
            }))}
            onChange={(value) => void setChosen(value === null ? null : Number(value))}
          />
        ) : null}
        {curve ? (
          <SegmentedControl
            aria-label="Mix"
            value={mix}
            data={[...MIXES]}
            onChange={(value) => void setMix(MIXES.find((one) => one === value) ?? 'sampled')}
          />
        ) : null}
        <Button
          variant={adding || curve ? 'default' : 'filled'}
          disabled={datasets.length === 0}
          onClick={() => setAdding(!adding)}
        >
          {adding ? 'Close' : 'New curve'}
        </Button>
      </div>
      {adding ? (
        <LearningForm
          datasets={datasets}
          onClose={() => setAdding(false)}
          onStarted={(id) => {
            setAdding(false);
            void setChosen(id);
          }}
        />
      ) : null}
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingBlock height={420} /> : null}
      {data && !curve && !adding ? (
        <EmptyNote
          text={
            datasets.length === 0
              ? 'No learning curve yet: a dataset comes first.'
              : 'No learning curve yet: runs on a quarter, a half and all of the labels show what more of them would buy.'
          }
        />
      ) : null}
      {curve ? <CurveView curve={curve} mix={mix} /> : null}
    </section>
  );
}

function CurveView({ curve, mix }: { curve: Curve; mix: (typeof MIXES)[number] }) {
  const drawn = useMemo(() => classCurves(curve, mix), [curve, mix]);
  const sizes = drawn.flatMap(({ points, line }) => [...points, ...line].map(({ labels }) => labels));
  const least = 0.8 * Math.max(1, Math.min(TARGET.least, ...sizes));
  const most = Math.max(TARGET.most, ...sizes);
  return (
    <>
      <ul className={classes.runs} aria-label="Runs">
        {curve.runs.map(({ id, share, seed, state, progress, error }) => (
          <li key={id} title={error ?? undefined}>
            <StatusDot status={STATE_STATUS[state]}>
              <Link href={`/train/${id}`}>run {id}</Link> {share * 100} %, seed {seed}
              {state === 'running' && progress ? `, epoch ${progress.epoch} of ${progress.epochs}` : ''}
              {state === 'done' ? '' : `, ${state}`}
            </StatusDot>
          </li>
        ))}
      </ul>
      <div className={classes.plots}>
        {drawn.map((one) => (
          <figure key={one.id} className={classes.figure}>
            <figcaption>
              <ClassBadge id={one.id} show="full" />
              <span>{verdictOf(one)}</span>
            </figcaption>
            <LearningPlot curve={one} least={least} most={most} />
          </figure>
        ))}
      </div>
      <p className={classes.note}>
        F1 on the test split over training rows of the class, with its bootstrap interval. The curve is a −
        b·n^−c; dashed it is drawn out, at most fourfold, its band from points drawn anew within their
        intervals. Shaded: the target of 2,000 to 5,000 labels.
      </p>
    </>
  );
}
