import { Table } from '@mantine/core';
import { countOf, formatCount } from '@/components/figure/format.ts';
import { IntervalFigure } from '@/components/figure/interval-figure.tsx';
import { DifferenceFigure } from '@/components/models/difference-figure.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Compared } from '@/lib/contract/gate.ts';
import type { Round, RoundComparison } from '@/lib/contract/self-training.ts';
import classes from './rounds.module.css';

type Set_ = RoundComparison['sets'][number];
const SET_WORDS: Readonly<Record<Set_['set'], string>> = { validation: 'Validation', gold: 'Frozen gold' };

/** The student beside its teacher and the control, on the same rows. What decides stands first. */
export function ComparisonTable({ round, comparison }: { round: Round; comparison: RoundComparison }) {
  return (
    <>
      {comparison.sets.map((set) => (
        <Table
          key={set.set}
          verticalSpacing={4}
          className={classes.table}
          aria-label={`${SET_WORDS[set.set]}: student, control and teacher of round ${round.number}`}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{SET_WORDS[set.set]}</Table.Th>
              <Table.Th ta="right">Student</Table.Th>
              <Table.Th ta="right">Control</Table.Th>
              <Table.Th ta="right">Difference</Table.Th>
              <Table.Th ta="right">Teacher</Table.Th>
              <Table.Th ta="right">Difference</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {linesOf(set).map(({ name, control, teacher }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td ta="right">
                  <IntervalFigure value={control.own} interval={control.ownInterval} />
                </Table.Td>
                <Table.Td ta="right">
                  <IntervalFigure value={control.other} interval={control.otherInterval} />
                </Table.Td>
                <Table.Td ta="right">
                  <DifferenceFigure {...control} />
                </Table.Td>
                <Table.Td ta="right">
                  <IntervalFigure value={teacher.other} interval={teacher.otherInterval} />
                </Table.Td>
                <Table.Td ta="right">
                  <DifferenceFigure {...teacher} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ))}
      <p className={classes.foot}>
        {comparison.sets
          .map(
            ({ set, rows, events, trainedOn }) =>
              `${SET_WORDS[set]}: ${countOf(rows, 'row')} of ${countOf(events, 'event')}${trainedOn > 0 ? `, ${formatCount(trainedOn)} left out as trained on` : ''}.`,
          )
          .join(' ')}{' '}
        {comparison.notes.join(' ')} Intervals of the paired difference by bootstrap over events.
      </p>
    </>
  );
}

interface Line {
  readonly name: string;
  readonly control: Compared;
  readonly teacher: Compared;
}

function linesOf({ control, teacher }: Set_): Line[] {
  const { sampled, natural } = control;
  return [
    { name: 'Macro-F1', control: sampled.macroF1, teacher: teacher.sampled.macroF1 },
    ...(natural && teacher.natural
      ? [{ name: 'Macro-F1, natural', control: natural.macroF1, teacher: teacher.natural.macroF1 }]
      : []),
    ...CLASS_IDS.map((id, c) => ({
      name: `F1 ${CLASS_FACTS[id].name}`,
      control: sampled.f1[c],
      teacher: teacher.sampled.f1[c],
    })),
    { name: 'Calibration error (ECE)', control: sampled.ece, teacher: teacher.sampled.ece },
    { name: 'Pole error, ATR', control: sampled.poleMae, teacher: teacher.sampled.poleMae },
  ];
}
