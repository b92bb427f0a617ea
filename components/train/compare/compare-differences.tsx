import { Table } from '@mantine/core';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { formatFigure } from '@/components/figure/format.ts';
import { STATE_STATUS } from '@/components/jobs/job-words.ts';
import type { ComparedRun } from '@/lib/contract/compare-runs.ts';
import classes from './compare-page.module.css';
import { ComparedRunName } from './compared-run-name.tsx';
import { type Difference, datasetDifferences, settingDifferences } from './run-difference.ts';

/** The runs as columns, with what differs in their settings and datasets; what they share is left out. */
export function CompareDifferences({ runs }: { runs: readonly ComparedRun[] }) {
  const settings = settingDifferences(runs);
  const datasets = datasetDifferences(runs);
  return (
    <section className={classes.scroll} aria-label="Differences">
      <Table verticalSpacing={4} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.first}>Run</Table.Th>
            {runs.map(({ run }, at) => (
              <Table.Th key={run.id}>
                <ComparedRunName id={run.id} at={at} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">State</Table.Th>
            {runs.map(({ run }) => (
              <Table.Td key={run.id}>
                <StatusDot status={STATE_STATUS[run.state]}>{run.state}</StatusDot>
              </Table.Td>
            ))}
          </Table.Tr>
          <Table.Tr>
            <Table.Th scope="row">Best on validation</Table.Th>
            {runs.map(({ run, epochs }) => (
              <Table.Td key={run.id}>
                {formatFigure(run.bestMacroF1)} <small>of {epochs.length} epochs</small>
              </Table.Td>
            ))}
          </Table.Tr>
          <Rows title="Settings" rows={settings} runs={runs} same="The settings are the same." />
          <Rows
            title="Dataset"
            rows={datasets}
            runs={runs}
            same={`The dataset is the same: ${runs[0]?.run.datasetName ?? ''}.`}
          />
        </Table.Tbody>
      </Table>
    </section>
  );
}

interface RowsProps {
  title: string;
  rows: readonly Difference[];
  runs: readonly ComparedRun[];
  same: string;
}

function Rows({ title, rows, runs, same }: RowsProps) {
  return (
    <>
      <Table.Tr className={classes.section}>
        <Table.Th scope="rowgroup" colSpan={runs.length + 1}>
          {title} <small>{rows.length === 0 ? same : 'only what differs'}</small>
        </Table.Th>
      </Table.Tr>
      {rows.map(({ name, values }) => (
        <Table.Tr key={name}>
          <Table.Th scope="row">{name}</Table.Th>
          {runs.map(({ run }, at) => (
            <Table.Td key={run.id}>{values[at]}</Table.Td>
          ))}
        </Table.Tr>
      ))}
    </>
  );
}
