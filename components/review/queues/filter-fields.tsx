import { Chip, MultiSelect, SegmentedControl, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { WEAK_KINDS } from '@/lib/contract/queue.ts';
import type { QueueValues } from './queue-values.ts';
import classes from './queues.module.css';

const KIND_WORDS: Readonly<Record<(typeof WEAK_KINDS)[number], string>> = {
  event: 'Events',
  near_miss: 'Near misses',
  sampled_none: 'Sampled none',
  undecided: 'Undecided',
};
const LABELLED = [
  { value: 'no', label: 'Unlabelled' },
  { value: 'yes', label: 'Labelled' },
  { value: 'any', label: 'Both' },
];

interface FilterFieldsProps {
  form: UseFormReturnType<QueueValues>;
  /** `venue:symbol`. */
  symbols: readonly string[];
  timeframes: readonly string[];
}

/** Which windows a queue takes; what nothing is chosen for takes all. */
export function FilterFields({ form, symbols, timeframes }: FilterFieldsProps) {
  const { values } = form;
  return (
    <div className={classes.fields}>
      <fieldset className={classes.chips}>
        <legend>Suggested class</legend>
        <Chip.Group
          multiple
          value={values.classes}
          onChange={(chosen) => form.setFieldValue('classes', chosen as QueueValues['classes'])}
        >
          {CLASS_IDS.map((id) => (
            <Chip key={id} value={id} size="xs" radius="sm">
              {CLASS_FACTS[id].name}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <fieldset className={classes.chips}>
        <legend>Kept by the rules as</legend>
        <Chip.Group
          multiple
          value={values.kinds}
          onChange={(chosen) => form.setFieldValue('kinds', chosen as QueueValues['kinds'])}
        >
          {WEAK_KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs" radius="sm">
              {KIND_WORDS[kind]}
            </Chip>
          ))}
        </Chip.Group>
        {form.errors.kinds ? <p className={classes.error}>{form.errors.kinds}</p> : null}
      </fieldset>
      <div className={classes.pair}>
        <MultiSelect
          label="Series"
          placeholder={values.symbols.length === 0 ? 'all' : undefined}
          searchable
          data={symbols}
          limit={100}
          {...form.getInputProps('symbols')}
        />
        <MultiSelect
          label="Timeframes"
          placeholder={values.timeframes.length === 0 ? 'all' : undefined}
          data={timeframes}
          {...form.getInputProps('timeframes')}
        />
        <TextInput label="From, UTC" placeholder="the first" {...form.getInputProps('from')} />
        <TextInput label="To, UTC" placeholder="the last" {...form.getInputProps('to')} />
      </div>
      <div className={classes.pair}>
        <SegmentedControl
          fullWidth
          aria-label="Labelled"
          data={LABELLED}
          {...form.getInputProps('labelled')}
        />
        <Switch
          size="xs"
          className={classes.middle}
          label="Model and rules disagree"
          {...form.getInputProps('disagrees', { type: 'checkbox' })}
        />
      </div>
    </div>
  );
}
