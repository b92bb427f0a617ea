import { Button, NumberInput, SegmentedControl, Select, Table } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { useVersions } from '@/components/models/use-models.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import { PRESETS } from '@/lib/contract/settings.ts';
import { PRESET_WORDS } from '../run-words.ts';
import classes from '../train.module.css';
import { useSystem } from '../use-train.ts';
import own from './rounds.module.css';
import { newValues, problemsOf, type SelfTrainingValues, toNewSelfTraining } from './self-training-values.ts';
import { useStartSelfTraining } from './use-self-training.ts';

interface SelfTrainingFormProps {
  datasets: readonly Dataset[];
  onStarted: (id: number) => void;
  onClose: () => void;
}

/** Whose labels to start from, who teaches, what is accepted, and who is asked. */
export function SelfTrainingForm({ datasets, onStarted, onClose }: SelfTrainingFormProps) {
  const system = useSystem();
  const versions = useVersions();
  const form = useForm<SelfTrainingValues>({
    initialValues: newValues(datasets[0]?.id ?? null),
    validate: problemsOf,
  });
  const start = useStartSelfTraining(onStarted);
  const notReady = system.data !== undefined && system.data.trainer.state !== 'ready';
  const teachers = (versions.data?.versions ?? []).filter(({ archivedAt }) => archivedAt === null);
  return (
    <form
      className={classes.form}
      aria-label="New self-training"
      onSubmit={form.onSubmit((values) => start.mutate(toNewSelfTraining(values)))}
    >
      <Select
        className={classes.wide}
        label="Labels from dataset"
        allowDeselect={false}
        data-autofocus
        data={datasets.map(({ id, name, rows }) => ({
          value: String(id),
          label: `#${id} ${name}, ${formatCount(rows)} rows`,
        }))}
        {...form.getInputProps('datasetId')}
      />
      <Select
        label="Teacher"
        allowDeselect={false}
        data={[
          { value: '', label: 'the champion' },
          ...teachers.map(({ name, aliases }) => ({
            value: name,
            label: aliases.length > 0 ? `${name}, ${aliases.join(', ')}` : name,
          })),
        ]}
        {...form.getInputProps('teacher')}
      />
      <div className={classes.wide}>
        <p className={classes.fieldName}>Preset of student and control</p>
        <SegmentedControl
          fullWidth
          aria-label="Preset of student and control"
          data={PRESETS.map((value) => ({ value, label: value }))}
          {...form.getInputProps('preset')}
        />
        <p className={classes.hint}>{PRESET_WORDS[form.values.preset]}</p>
      </div>
      <NumberInput label="Seed" allowDecimal={false} {...form.getInputProps('seed')} />
      <PerClass form={form} />
      <NumberInput
        label="Balance"
        description="times the rarest class, at most"
        {...form.getInputProps('balance')}
      />
      <NumberInput
        label="Audit of each class"
        description="pseudo-labels shown to people"
        allowDecimal={false}
        {...form.getInputProps('auditPerClass')}
      />
      <NumberInput
        label="Precision floor"
        description="surely below it, the round ends"
        step={0.05}
        {...form.getInputProps('precisionFloor')}
      />
      <NumberInput
        label="Least gain"
        description="of macro-F1 over the control, for sure"
        step={0.01}
        {...form.getInputProps('leastGain')}
      />
      <NumberInput
        label="Rounds at most"
        description="each student teaches the next"
        allowDecimal={false}
        {...form.getInputProps('rounds')}
      />
      <div className={classes.full}>
        <Problem error={start.error} />
      </div>
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={start.isPending} disabled={notReady}>
          {notReady ? 'Trainer not ready' : 'Start the first round'}
        </Button>
      </div>
    </form>
  );
}

function PerClass({ form }: { form: UseFormReturnType<SelfTrainingValues> }) {
  return (
    <Table className={own.perClass} verticalSpacing={4} aria-label="What is accepted, by class">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Accepted</Table.Th>
          {CLASS_IDS.map((id) => (
            <Table.Th key={id}>
              <ClassBadge id={id} show="name" />
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Table.Tr>
          <Table.Th scope="row">From probability</Table.Th>
          {CLASS_IDS.map((id) => (
            <Table.Td key={id}>
              <NumberInput
                aria-label={`Probability from which on ${CLASS_FACTS[id].name} is accepted`}
                step={0.01}
                hideControls
                {...form.getInputProps(`thresholds.${id}`)}
              />
            </Table.Td>
          ))}
        </Table.Tr>
        <Table.Tr>
          <Table.Th scope="row">At most</Table.Th>
          {CLASS_IDS.map((id) => (
            <Table.Td key={id}>
              <NumberInput
                aria-label={`Pseudo-labels of ${CLASS_FACTS[id].name} at most`}
                allowDecimal={false}
                hideControls
                thousandSeparator=","
                {...form.getInputProps(`caps.${id}`)}
              />
            </Table.Td>
          ))}
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}
