import { Table } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount, formatFigure } from '@/components/figure/format.ts';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import classes from './version-page.module.css';

type ClassFigures = MetricsBlock['per_class'][number];
const FIGURES = [
  ['precision', 'Precision'],
  ['recall', 'Recall'],
  ['f1', 'F1'],
  ['pr_auc', 'PR-AUC'],
] as const;

function figuresOf(block: MetricsBlock, id: ClassId): ClassFigures | undefined {
  return block.per_class.find((entry) => entry.class === id);
}

/** Each class in the sampled mix and at natural prevalence, side by side. */
export function ClassTable({ sampled, natural }: { sampled: MetricsBlock; natural: MetricsBlock }) {
  return (
    <Table verticalSpacing={4} className={classes.classTable}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th rowSpan={2}>Class</Table.Th>
          <Table.Th rowSpan={2} ta="right">
            Support, rows
          </Table.Th>
          <Table.Th colSpan={FIGURES.length} scope="colgroup" className={classes.group}>
            Sampled
          </Table.Th>
          <Table.Th colSpan={FIGURES.length} scope="colgroup" className={classes.group}>
            Natural
          </Table.Th>
        </Table.Tr>
        <Table.Tr>
          {['sampled', 'natural'].flatMap((mix) =>
            FIGURES.map(([key, name], at) => (
              <Table.Th key={`${mix} ${key}`} ta="right" className={at === 0 ? classes.first : undefined}>
                {name}
              </Table.Th>
            )),
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {CLASS_IDS.map((id) => (
          <Table.Tr key={id}>
            <Table.Th scope="row">
              <ClassBadge id={id} /> <ClassBadge id={id} show="name" />
            </Table.Th>
            <Table.Td ta="right">{formatCount(figuresOf(sampled, id)?.support)}</Table.Td>
            {(
              [
                ['sampled', sampled],
                ['natural', natural],
              ] as const
            ).map(([mix, block]) =>
              FIGURES.map(([key], at) => (
                <Table.Td key={`${mix} ${key}`} ta="right" className={at === 0 ? classes.first : undefined}>
                  {formatFigure(figuresOf(block, id)?.[key])}
                </Table.Td>
              )),
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
