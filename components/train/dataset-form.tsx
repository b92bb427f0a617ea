import { Button, MultiSelect, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSeries } from '@/components/data/use-series.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { DATASET_VALUES, problemsOf, toPolicy } from './dataset-values.ts';
import classes from './train.module.css';

const SOURCES = [
  { value: 'record', label: 'Labels of record' },
  { value: 'record+weak', label: 'Record + weak' },
  { value: 'weak', label: 'Weak only' },
] as const;

/** The policy of a new dataset; building it is a job. */
export function DatasetForm({
  onStarted,
  onClose,
}: {
  onStarted: (jobId: string) => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const series = useSeries();
  const form = useForm({ initialValues: DATASET_VALUES, validate: problemsOf });
  const build = useMutation({
    mutationFn: (values: typeof form.values) => call(api.buildDataset, { body: toPolicy(values) }),
    onSuccess: ({ jobId }) => {
      void client.invalidateQueries({ queryKey: keys.jobs });
      onStarted(jobId);
    },
  });
  const markets = [
    ...new Set(series.data?.series.map(({ venue, symbol }) => `${venue}:${symbol}`) ?? []),
  ].sort();
  const ruleSets = series.data?.ruleSets ?? [];
  return (
    <form className={classes.form} onSubmit={form.onSubmit((values) => build.mutate(values))}>
      <TextInput
        className={classes.wide}
        label="Name"
        placeholder="Seeds, round 1"
        maxLength={80}
        data-autofocus
        autoFocus
        {...form.getInputProps('name')}
      />
      <Select
        label="Rule set"
        allowDeselect={false}
        data={
          ruleSets.length > 0
            ? ruleSets.map(({ number, name }) => ({ value: String(number), label: `#${number} ${name}` }))
            : [{ value: '1', label: '#1' }]
        }
        {...form.getInputProps('ruleSetNumber')}
      />
      <div className={classes.full}>
        <p className={classes.fieldName}>Labels</p>
        <SegmentedControl
          fullWidth
          aria-label="Labels"
          data={SOURCES.map((source) => ({ ...source }))}
          {...form.getInputProps('sources')}
        />
      </div>
      <NumberInput label="Validation" suffix=" %" {...form.getInputProps('validationPercent')} />
      <NumberInput label="Test" suffix=" %" {...form.getInputProps('testPercent')} />
      <NumberInput
        label="Rows a class at most"
        placeholder="all"
        thousandSeparator=","
        {...form.getInputProps('capPerClass')}
      />
      <MultiSelect
        className={classes.full}
        label="Series"
        description="Venue and symbol; none chosen takes all"
        placeholder={form.values.symbols.length === 0 ? 'all' : undefined}
        searchable
        data={markets}
        {...form.getInputProps('symbols')}
      />
      <MultiSelect
        className={classes.wide}
        label="Kept aside"
        description="Never trained on: a second test"
        placeholder={form.values.unseenSymbols.length === 0 ? 'none' : undefined}
        searchable
        data={markets}
        {...form.getInputProps('unseenSymbols')}
      />
      <NumberInput label="Seed" description="Same seed, same rows" {...form.getInputProps('seed')} />
      <div className={classes.full}>
        <Problem error={build.error} />
      </div>
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={build.isPending}>
          Build dataset
        </Button>
      </div>
    </form>
  );
}
