import { Button, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { formatCount } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { type Dataset, PRESETS } from '@/lib/contract/train.ts';
import { PRESET_WORDS } from './run-words.ts';
import classes from './train.module.css';
import { useSystem } from './use-train.ts';

interface RunFormProps {
  datasets: readonly Dataset[];
  datasetId: number | null;
  onClose: () => void;
}

const wholeFrom = (least: number, most: number) => (value: number | string) =>
  value === '' || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)
    ? null
    : `A whole number, ${formatCount(least)} to ${formatCount(most)}`;
const given = (value: number | string) => (value === '' ? undefined : Number(value));

/** What to train on and how; the run's own page opens when it has been started. */
export function RunForm({ datasets, datasetId, onClose }: RunFormProps) {
  const client = useQueryClient();
  const router = useRouter();
  const system = useSystem();
  const form = useForm({
    initialValues: {
      datasetId: String(datasetId ?? datasets[0]?.id ?? ''),
      preset: 'quick' as (typeof PRESETS)[number],
      seed: 1 as number | string,
      epochs: '' as number | string,
      rows: '' as number | string,
      poleWeight: '' as number | string,
    },
    validate: {
      datasetId: (value) => (value === '' ? 'Choose a dataset' : null),
      seed: (value) => (value === '' ? 'A whole number from 0 on' : wholeFrom(0, 2 ** 31 - 1)(value)),
      epochs: wholeFrom(1, 200),
      rows: wholeFrom(10, 10_000_000),
    },
  });
  const start = useMutation({
    mutationFn: (values: typeof form.values) =>
      call(api.startRun, {
        body: {
          datasetId: Number(values.datasetId),
          preset: values.preset,
          seed: Number(values.seed),
          overrides: {
            epochs: given(values.epochs),
            rows: given(values.rows),
            poleWeight: given(values.poleWeight),
          },
        },
      }),
    onSuccess: ({ runId }) => {
      void client.invalidateQueries({ queryKey: keys.runs });
      void client.invalidateQueries({ queryKey: keys.jobs });
      router.push(`/train/${runId}`);
    },
  });
  const notReady = system.data !== undefined && system.data.trainer.state !== 'ready';
  return (
    <form className={classes.form} onSubmit={form.onSubmit((values) => start.mutate(values))}>
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
      <div className={classes.full}>
        <p className={classes.fieldName}>Preset</p>
        <SegmentedControl
          fullWidth
          aria-label="Preset"
          data={PRESETS.map((value) => ({ value, label: value }))}
          {...form.getInputProps('preset')}
        />
        <p className={classes.hint}>{PRESET_WORDS[form.values.preset]}</p>
      </div>
      <NumberInput label="Epochs at most" placeholder="preset’s" {...form.getInputProps('epochs')} />
      <NumberInput
        label="Rows at most"
        placeholder="preset’s"
        thousandSeparator=","
        {...form.getInputProps('rows')}
      />
      <NumberInput
        label="Weight of the pole"
        placeholder="0.3"
        min={0}
        max={10}
        step={0.1}
        {...form.getInputProps('poleWeight')}
      />
      <div className={classes.full}>
        <Problem error={start.error} />
      </div>
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={start.isPending} disabled={notReady}>
          {notReady ? 'Trainer not ready' : 'Start training'}
        </Button>
      </div>
    </form>
  );
}
