import { Button, Select } from '@mantine/core';
import Link from 'next/link';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useState } from 'react';
import { formatMoment } from '@/components/figure/format.ts';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import type { Dataset } from '@/lib/contract/dataset.ts';
import type { SelfTraining } from '@/lib/contract/self-training.ts';
import { RoundPlots } from './round-plots.tsx';
import { RoundSection } from './round-section.tsx';
import classes from './rounds.module.css';
import { SelfTrainingForm } from './self-training-form.tsx';
import { useSelfTrainings } from './use-self-training.ts';

/** Rounds in which a model labels what nobody has, people audit it, and a student is held against a control. */
export function SelfTrainingPanel({ datasets }: { datasets: readonly Dataset[] }) {
  const { data, error, isPending, refetch } = useSelfTrainings();
  const [chosen, setChosen] = useQueryState('self', parseAsInteger);
  const [adding, setAdding] = useState(false);
  const all = data?.selfTrainings ?? [];
  const shown = all.find(({ id }) => id === chosen) ?? all[0];
  const own = datasets.filter(({ policy }) => policy.pseudoRound === null);
  return (
    <section className={classes.panel} aria-label="Self-training">
      <div className={classes.head}>
        {shown ? (
          <Select
            aria-label="Self-training"
            className={classes.choice}
            allowDeselect={false}
            value={String(shown.id)}
            data={all.map(({ id, datasetName, createdAt }) => ({
              value: String(id),
              label: `#${id} from ${datasetName}, ${formatMoment(createdAt)}`,
            }))}
            onChange={(value) => void setChosen(value === null ? null : Number(value))}
          />
        ) : null}
        <Button
          variant={adding || shown ? 'default' : 'filled'}
          disabled={own.length === 0}
          onClick={() => setAdding(!adding)}
        >
          {adding ? 'Close' : 'New self-training'}
        </Button>
        {shown && !adding ? <Terms of={shown} /> : null}
      </div>
      {adding ? (
        <SelfTrainingForm
          datasets={own}
          onClose={() => setAdding(false)}
          onStarted={(id) => {
            setAdding(false);
            void setChosen(id);
          }}
        />
      ) : null}
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingBlock height={420} /> : null}
      {data && !shown && !adding ? (
        <EmptyNote
          text={
            own.length === 0
              ? 'No round yet: a dataset of labels comes first.'
              : 'No round yet: a teacher labels the windows that nobody has, people audit some, and a student that learned from them is held against one that did not.'
          }
        />
      ) : null}
      {shown ? (
        <>
          <RoundPlots of={shown} />
          {shown.rounds.toReversed().map((round) => (
            <RoundSection key={round.id} round={round} settings={shown.settings} />
          ))}
        </>
      ) : null}
    </section>
  );
}

/** What its rounds go by, in a line. */
function Terms({ of }: { of: SelfTraining }) {
  const { preset, seed, rounds, leastGain } = of.settings;
  return (
    <p className={classes.terms}>
      From <Link href={`/train/datasets/${of.datasetId}`}>{of.datasetName}</Link>, {preset}, seed {seed}, at
      most {rounds} {rounds === 1 ? 'round' : 'rounds'}; accepted where macro-F1 beats the control by more
      than {leastGain} for sure. Started by {of.createdBy}.
    </p>
  );
}
