import { MultiSelect, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useSeries } from '@/components/data/use-series.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { useSelfTrainings } from '../rounds/use-self-training.ts';
import classes from './dataset.module.css';
import type { PolicyValues } from './policy-values.ts';

const SOURCES = [
  { value: 'record', label: 'Labels of record' },
  { value: 'record+weak', label: 'Record + weak' },
  { value: 'weak', label: 'Weak only' },
];
const CUTS = [
  { value: 'share', label: 'By share' },
  { value: 'date', label: 'By date' },
];

type PolicyForm = UseFormReturnType<PolicyValues>;

/** The fields of a policy, in the order in which windows meet them. */
export function PolicyFields({ form }: { form: PolicyForm }) {
  const series = useSeries();
  const all = series.data?.series ?? [];
  const markets = [...new Set(all.map(({ venue, symbol }) => `${venue}:${symbol}`))].sort();
  const timeframes = [...new Set(all.map(({ timeframe }) => timeframe))];
  const ruleSets = (series.data?.ruleSets ?? []).map(({ number, name }) => ({
    value: String(number),
    label: `#${number} ${name}`,
  }));
  const { values } = form;
  return (
    <>
      <div className={classes.fields}>
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
              ? ruleSets
              : [{ value: values.ruleSetNumber, label: `#${values.ruleSetNumber}` }]
          }
          {...form.getInputProps('ruleSetNumber')}
        />
        <div className={classes.full}>
          <p className={classes.fieldName}>Labels</p>
          <SegmentedControl fullWidth aria-label="Labels" data={SOURCES} {...form.getInputProps('sources')} />
        </div>
        <PseudoRound form={form} />
      </div>
      <div className={classes.fields}>
        <MultiSelect
          className={classes.wide}
          label="Series"
          placeholder={values.symbols.length === 0 ? 'all' : undefined}
          searchable
          data={markets}
          limit={100}
          {...form.getInputProps('symbols')}
        />
        <MultiSelect
          label="Timeframes"
          placeholder={values.timeframes.length === 0 ? 'all' : undefined}
          data={timeframes}
          {...form.getInputProps('timeframes')}
        />
        <MultiSelect
          className={classes.full}
          label="Kept aside"
          description="Never trained on: a second test"
          placeholder={values.unseenSymbols.length === 0 ? 'none' : undefined}
          searchable
          data={markets}
          limit={100}
          {...form.getInputProps('unseenSymbols')}
        />
      </div>
      <Dates form={form} />
      <Caps form={form} />
    </>
  );
}

/** Where a round was accepted, its pseudo-labels may stand in training where no person has answered. */
function PseudoRound({ form }: { form: PolicyForm }) {
  const { data } = useSelfTrainings();
  const accepted = (data?.selfTrainings ?? []).flatMap(({ id, datasetName, rounds }) =>
    rounds
      .filter(({ state }) => state === 'accepted')
      .map((round) => ({
        value: String(round.id),
        label: `round ${round.number} of self-training ${id} from ${datasetName}, taught by ${round.teacher}`,
      })),
  );
  const chosen = form.values.pseudoRound;
  if (accepted.length === 0 && chosen === '') return null;
  const isGone = chosen !== '' && accepted.every(({ value }) => value !== chosen);
  return (
    <Select
      className={classes.full}
      label="Pseudo-labels"
      allowDeselect={false}
      data={[
        { value: '', label: 'none' },
        ...accepted,
        ...(isGone ? [{ value: chosen, label: `round ${chosen}, which counts no more` }] : []),
      ]}
      {...form.getInputProps('pseudoRound')}
    />
  );
}

function Dates({ form }: { form: PolicyForm }) {
  const byDate = form.values.cutBy === 'date';
  return (
    <div className={classes.four}>
      <TextInput label="From, UTC" placeholder="the first" {...form.getInputProps('from')} />
      <TextInput label="To, UTC" placeholder="the last" {...form.getInputProps('to')} />
      <div className={classes.half}>
        <p className={classes.fieldName}>Cut</p>
        <SegmentedControl fullWidth aria-label="Cut" data={CUTS} {...form.getInputProps('cutBy')} />
      </div>
      {byDate ? (
        <>
          <TextInput
            className={classes.half}
            label="Validation from, UTC"
            placeholder="2025-03-14"
            {...form.getInputProps('validationFrom')}
          />
          <TextInput
            className={classes.half}
            label="Test from, UTC"
            placeholder="2025-06-14"
            {...form.getInputProps('testFrom')}
          />
        </>
      ) : (
        <>
          <NumberInput
            className={classes.half}
            label="Validation"
            suffix=" %"
            {...form.getInputProps('validationPercent')}
          />
          <NumberInput
            className={classes.half}
            label="Test"
            suffix=" %"
            {...form.getInputProps('testPercent')}
          />
        </>
      )}
    </div>
  );
}

function Caps({ form }: { form: PolicyForm }) {
  const cap = form.values.capPerClass;
  return (
    <>
      <div className={classes.fields}>
        <NumberInput
          className={classes.wide}
          label="Rows a class at most"
          description="In each split; none never goes above twice the largest class"
          placeholder="all"
          thousandSeparator=","
          {...form.getInputProps('capPerClass')}
        />
        <NumberInput label="Seed" description="Same seed, same rows" {...form.getInputProps('seed')} />
      </div>
      <fieldset className={classes.five}>
        <legend>The same for single classes; 0 leaves one out</legend>
        {CLASS_IDS.map((id) => (
          <NumberInput
            key={id}
            label={CLASS_FACTS[id].name}
            placeholder={cap === '' ? 'all' : String(cap)}
            thousandSeparator=","
            {...form.getInputProps(`classCaps.${id}`)}
          />
        ))}
      </fieldset>
    </>
  );
}
