import { Button, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatCount } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import { CURVE_SHARES } from '@/lib/contract/learning-curve.ts';
import { PRESETS, type Preset } from '@/lib/contract/settings.ts';
import { PRESET_WORDS } from '../run-words.ts';
import classes from '../train.module.css';
import { useSystem } from '../use-train.ts';

interface LearningFormProps {
  datasets: readonly Dataset[];
  onStarted: (curveId: number) => void;
  onClose: () => void;
}

/** Which labels to draw shares of, and how long to train on each. */
export function LearningForm({ datasets, onStarted, onClose }: LearningFormProps) {
  const client = useQueryClient();
  const system = useSystem();
  const form = useForm({
    initialValues: {
      datasetId: String(datasets[0]?.id ?? ''),
      preset: 'quick' as Preset,
      seed: 1 as number | string,
      draws: '1',
    },
    validate: {
      datasetId: (value) => (value === '' ? 'Choose a dataset' : null),
      seed: (value) => (Number.isInteger(value) && Number(value) >= 0 ? null : 'A whole number from 0 on'),
    },
  });
  const start = useMutation({
    mutationFn: ({ datasetId, preset, seed, draws }: typeof form.values) =>
      call(api.startLearningCurve, {
        body: { datasetId: Number(datasetId), preset, seed: Number(seed), draws: Number(draws) },
      }),
    onSuccess: ({ curveId }) => {
      void client.invalidateQueries({ queryKey: keys.runs });
      void client.invalidateQueries({ queryKey: keys.jobs });
      onStarted(curveId);
    },
  });
  const notReady = system.data !== undefined && system.data.trainer.state !== 'ready';
  const shares = CURVE_SHARES.map((share) => `${share * 100} %`).join(', ');
  return (
    <form
      className={classes.form}
      aria-label="New learning curve"
      onSubmit={form.onSubmit((values) => start.mutate(values))}
    >
      <Select
        className={classes.wide}
        label="Dataset"
        allowDeselect={false}
        data-autofocus
        data={datasets.map(({ id, name, rows }) => ({
          value: String(id),
          label: `#${id} ${name}, ${formatCount(rows)} rows`,
        }))}
        {...form.getInputProps('datasetId')}
      />
      <NumberInput label="Seed" {...form.getInputProps('seed')} />
      <div className={classes.wide}>
        <p className={classes.fieldName}>Preset</p>
        <SegmentedControl
          fullWidth
          aria-label="Preset"
          data={PRESETS.map((value) => ({ value, label: value }))}
          {...form.getInputProps('preset')}
        />
        <p className={classes.hint}>{PRESET_WORDS[form.values.preset]}</p>
      </div>
      <div>
        <p className={classes.fieldName}>Draws of the labels</p>
        <SegmentedControl
          fullWidth
          aria-label="Draws of the labels"
          data={['1', '2', '3']}
          {...form.getInputProps('draws')}
        />
        <p className={classes.hint}>more draws, surer points</p>
      </div>
      <p className={`${classes.full} ${classes.hint}`}>
        {Number(form.values.draws) * CURVE_SHARES.length} runs, on {shares} of the labels, each of as many
        steps as the preset takes on all of them. They make no version.
      </p>
      <div className={classes.full}>
        <Problem error={start.error} />
      </div>
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={start.isPending} disabled={notReady}>
          {notReady ? 'Trainer not ready' : 'Start the runs'}
        </Button>
      </div>
    </form>
  );
}
