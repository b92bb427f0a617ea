import { SegmentedControl, Table } from '@mantine/core';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { IntervalFigure } from '@/components/figure/interval-figure.tsx';
import { EmptyNote } from '@/components/figure/notice.tsx';
import type { ComparedRun } from '@/lib/contract/compare-runs.ts';
import classes from './compare-page.module.css';
import { ComparedRunName } from './compared-run-name.tsx';
import { type Figure, type FigureRow, figureRows, MIXES } from './figure-rows.ts';

const SPLITS = ['test', 'unseen', 'validation'] as const;
const SPLIT_WORDS = { test: 'Test', unseen: 'Unseen series', validation: 'Validation' } as const;

/** What came of the runs: final figures with their intervals, on the sampled set and at natural prevalence side by side. */
export function CompareFigures({ runs }: { runs: readonly ComparedRun[] }) {
  const [split, setSplit] = useQueryState('split', parseAsStringLiteral(SPLITS).withDefault('test'));
  if (runs.every(({ measured }) => measured === null)) {
    return (
      <EmptyNote text="Final figures come with a run's model version; none of these runs has made one yet." />
    );
  }
  const sampled = figureRows(runs, split, 'sampled');
  const natural = figureRows(runs, split, 'natural');
  return (
    <section aria-label="Final figures">
      <div className={classes.figuresHead}>
        <h2>Final figures</h2>
        <SegmentedControl
          aria-label="Split"
          value={split}
          data={SPLITS.map((value) => ({ value, label: SPLIT_WORDS[value] }))}
          onChange={(value) => void setSplit(SPLITS.find((one) => one === value) ?? 'test')}
        />
        <p>A figure in bold is the best, its interval overlapping no other’s.</p>
      </div>
      <div className={classes.scroll}>
        <Table verticalSpacing={4} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.first} rowSpan={2}>
                Figure
              </Table.Th>
              {runs.map(({ run }, at) => (
                <Table.Th key={run.id} colSpan={2}>
                  <ComparedRunName id={run.id} at={at} />
                </Table.Th>
              ))}
            </Table.Tr>
            <Table.Tr>
              {runs.flatMap(({ run }) =>
                MIXES.map((mix) => (
                  <Table.Th key={`${run.id} ${mix}`} className={classes.mix} ta="right">
                    {mix}
                  </Table.Th>
                )),
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sampled.map((row, line) => (
              <Table.Tr key={row.name}>
                <Table.Th scope="row">
                  {row.classId ? <ClassBadge id={row.classId} /> : null} {row.name}
                </Table.Th>
                {runs.flatMap(({ run }, at) => [
                  <FigureCell key={`${run.id} sampled`} row={row} at={at} />,
                  <FigureCell key={`${run.id} natural`} row={natural[line]} at={at} />,
                ])}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}

function FigureCell({ row, at }: { row: FigureRow; at: number }) {
  const figure: Figure | null = row.figures[at];
  return (
    <Table.Td ta="right" fw={row.best === at ? 700 : undefined}>
      <IntervalFigure value={figure?.value} interval={figure?.interval} digits={row.digits} />
    </Table.Td>
  );
}
