import { Button, NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { type newQueueSchema, QUEUE_PURPOSES } from '@/lib/contract/queue.ts';
import type { z } from '@/lib/contract/zod.ts';
import { FilterFields } from './filter-fields.tsx';
import { MixFields } from './mix-fields.tsx';
import { QueuePreview } from './queue-preview.tsx';
import { problemsOf, type QueueValues, toQueue } from './queue-values.ts';
import { PURPOSE_WORDS } from './queue-words.ts';
import classes from './queues.module.css';
import { useQueueChoices } from './use-queues.ts';

interface QueueFormProps {
  initial: QueueValues;
  /** What a queue is for and whose rules it asks is settled when it is made. */
  isNew: boolean;
  words: string;
  busy: boolean;
  error: Error | null;
  onSubmit: (queue: z.input<typeof newQueueSchema>) => void;
}

/** A queue's settings, with what its filter takes counted as it changes. */
export function QueueForm({ initial, isNew, words, busy, error, onSubmit }: QueueFormProps) {
  const choices = useQueueChoices();
  const form = useForm({ initialValues: initial, validate: problemsOf });
  const byFilter = form.values.takes === 'filter';
  return (
    <form
      className={classes.form}
      onSubmit={form.onSubmit((values) => {
        onSubmit(toQueue(values));
        form.resetDirty(values);
      })}
    >
      <TextInput
        label="Name"
        placeholder="Flags of 2025"
        maxLength={80}
        {...(isNew ? { 'data-autofocus': true } : {})}
        {...form.getInputProps('name')}
      />
      {isNew ? (
        <div className={classes.pair}>
          <div>
            <p className={classes.fieldName}>For</p>
            <SegmentedControl
              fullWidth
              aria-label="For"
              data={QUEUE_PURPOSES.map((value) => ({ value, label: PURPOSE_WORDS[value] }))}
              {...form.getInputProps('purpose')}
            />
          </div>
          <Select
            label="Rule set"
            allowDeselect={false}
            data={(choices.data?.ruleSets ?? []).map(({ number, name }) => ({
              value: String(number),
              label: `#${number} ${name}`,
            }))}
            {...form.getInputProps('ruleSetNumber')}
          />
        </div>
      ) : null}
      <section className={classes.part} aria-label="Windows">
        <div className={classes.partHead}>
          <h3>Windows</h3>
          <SegmentedControl
            aria-label="Which windows"
            data={[
              { value: 'filter', label: 'By filter' },
              { value: 'hand', label: 'Only what is put in' },
            ]}
            {...form.getInputProps('takes')}
          />
        </div>
        {byFilter ? (
          <>
            <FilterFields
              form={form}
              symbols={choices.data?.symbols ?? []}
              timeframes={choices.data?.timeframes ?? []}
            />
            <Problem error={choices.error} onRetry={choices.refetch} />
            <QueuePreview values={form.values} />
          </>
        ) : (
          <p className={classes.hint}>
            It holds what “Mine a class”, “More like this” or a conflict puts into it, in that order.
          </p>
        )}
      </section>
      {byFilter ? <MixFields form={form} /> : null}
      <section className={classes.part} aria-label="Wanted labels">
        <h3>Wanted labels</h3>
        <div className={classes.five}>
          {CLASS_IDS.map((id) => (
            <NumberInput
              key={id}
              aria-label={`Wanted labels of ${CLASS_FACTS[id].name}`}
              leftSection={<ClassBadge id={id} />}
              placeholder="0"
              min={0}
              step={100}
              hideControls
              {...form.getInputProps(`targets.${id}`)}
            />
          ))}
        </div>
      </section>
      <section className={classes.part} aria-label="Answers">
        <h3>Answers</h3>
        <div className={classes.three}>
          <NumberInput
            label="People a window"
            description={isNew ? 'Each answers alone' : 'More reopens windows'}
            min={1}
            max={50}
            {...form.getInputProps('overlap')}
          />
          <NumberInput
            label="Agreement"
            description="Of the answers, to decide"
            suffix=" %"
            {...form.getInputProps('agreement')}
          />
          <NumberInput
            label="Blind"
            description="Shown without suggestion"
            suffix=" %"
            {...form.getInputProps('blindShare')}
          />
          <NumberInput
            label="Gold"
            description="Planted among the others"
            suffix=" %"
            {...form.getInputProps('goldShare')}
          />
          <NumberInput
            label="Catch rate"
            description="Below it, grid pages go back"
            suffix=" %"
            {...form.getInputProps('catchFloor')}
          />
          <Switch
            className={classes.feedback}
            size="xs"
            label="Tell what gold says"
            {...form.getInputProps('feedback', { type: 'checkbox' })}
          />
        </div>
      </section>
      <div className={classes.foot}>
        <Problem error={error} />
        <Button type="submit" loading={busy} disabled={!isNew && !form.isDirty()}>
          {words}
        </Button>
      </div>
    </form>
  );
}
