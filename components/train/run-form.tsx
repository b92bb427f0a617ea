import { Button, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { formatCount } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import { PRESETS } from '@/lib/contract/settings.ts';
import type { Run } from '@/lib/contract/train.ts';
import { isTheSame, problemsOf, type RunValues, runValues, toNewRun } from './run-values.ts';
import { PRESET_WORDS } from './run-words.ts';
import { SettingFields } from './setting-fields.tsx';
import classes from './train.module.css';
import { useSystem } from './use-train.ts';

interface RunFormProps {
  datasets: readonly Dataset[];
  datasetId: number | null;
  /** The run to run again with a change. */
  from: Run | null;
  onClose: () => void;
}

/** What to train on and how; the run's own page opens when it has been started. */
export function RunForm({ datasets, datasetId, from, onClose }: RunFormProps) {
  const client = useQueryClient();
  const router = useRouter();
  const system = useSystem();
  const form = useForm<RunValues>({
    initialValues: runValues(datasetId ?? datasets[0]?.id ?? null, from),
    validate: problemsOf,
  });
  const start = useMutation({
    mutationFn: (values: RunValues) => call(api.startRun, { body: toNewRun(values, from) }),
    onSuccess: ({ runId }) => {
      void client.invalidateQueries({ queryKey: keys.runs });
      void client.invalidateQueries({ queryKey: keys.jobs });
      router.push(`/train/${runId}`);
    },
  });
  const notReady = system.data !== undefined && system.data.trainer.state !== 'ready';
  return (
    <form
      className={classes.form}
      aria-label={from ? `Run ${from.id} again` : 'New run'}
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
      <div className={classes.full}>
        <SettingFields form={form} />
      </div>
      {from && isTheSame(form.values, from) ? (
        <p className={`${classes.full} ${classes.hint}`}>
          Nothing is changed yet: the same dataset, settings and seed give the weights of run {from.id} again.
        </p>
      ) : null}
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
