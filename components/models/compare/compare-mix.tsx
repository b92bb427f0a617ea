import { Table } from '@mantine/core';
import { IntervalFigure } from '@/components/figure/interval-figure.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Compared, GateMix } from '@/lib/contract/gate.ts';
import { DifferenceFigure } from '../difference-figure.tsx';
import { ReliabilityDiagram } from '../reliability-diagram.tsx';
import { ClassCurves } from './class-curves.tsx';
import classes from './compare.module.css';
import { ConfusionDifference } from './confusion-difference.tsx';

interface CompareMixProps {
  first: string;
  second: string;
  figures: GateMix;
}

/** The figures of two versions on the same rows, then their plots, side by side or over one another. */
export function CompareMix({ first, second, figures }: CompareMixProps) {
  const { own, other } = figures;
  const lines: [string, Compared][] = [
    ['Macro-F1', figures.macroF1],
    ['ECE', figures.ece],
    ['Pole error, ATR', figures.poleMae],
    ...CLASS_IDS.map((id, c): [string, Compared] => [`F1 ${CLASS_FACTS[id].name}`, figures.f1[c]]),
  ];
  return (
    <>
      <Table verticalSpacing={4} className={classes.table} aria-label="Figures of both versions">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Figure</Table.Th>
            <Table.Th ta="right">{first}</Table.Th>
            <Table.Th ta="right">{second}</Table.Th>
            <Table.Th ta="right">Difference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(([name, compared]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td ta="right">
                <IntervalFigure value={compared.own} interval={compared.ownInterval} />
              </Table.Td>
              <Table.Td ta="right">
                <IntervalFigure value={compared.other} interval={compared.otherInterval} />
              </Table.Td>
              <Table.Td ta="right">
                <DifferenceFigure {...compared} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {other ? (
        <div className={classes.plots}>
          <section>
            <h2>Precision over recall</h2>
            <ClassCurves first={first} second={second} own={own} other={other} />
          </section>
          <section>
            <h2>
              Confusion: {first} less {second}, share of the row
            </h2>
            <ConfusionDifference own={own} other={other} />
          </section>
          {[[first, own] as const, [second, other] as const].map(([name, block]) => (
            <section key={name}>
              <h2>Reliability, {name}</h2>
              {block.reliability ? (
                <ReliabilityDiagram bins={block.reliability} label={`Reliability of ${name}`} />
              ) : null}
            </section>
          ))}
        </div>
      ) : null}
    </>
  );
}
