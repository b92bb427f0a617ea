import { Button, CloseButton, Table } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { Facts } from '@/components/figure/facts.tsx';
import { countOf, formatCount, formatDay, formatDuration, formatMoment } from '@/components/figure/format.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { type Dataset, type DatasetPolicy, SPLITS } from '@/lib/contract/train.ts';
import classes from './train.module.css';

export const SOURCE_WORDS: Record<DatasetPolicy['sources'], string> = {
  record: 'labels of record',
  'record+weak': 'record + weak',
  weak: 'weak labels',
};
const SPLIT_WORDS: Record<(typeof SPLITS)[number], string> = {
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
  unseen: 'Unseen series',
};

interface DatasetDetailProps {
  dataset: Dataset;
  onTrain: () => void;
  onClose: () => void;
}

/** What a dataset holds, where it was cut, and what did not come in. */
export function DatasetDetail({ dataset, onTrain, onClose }: DatasetDetailProps) {
  const { policy, summary } = dataset;
  const leftOut = Object.entries(summary.leftOut);
  return (
    <section className={classes.detail} aria-label={`Dataset ${dataset.name}`}>
      <div className={classes.detailHead}>
        <h3>{dataset.name}</h3>
        <Button variant="default" onClick={onTrain}>
          Train on it
        </Button>
        <CloseButton aria-label="Close" onClick={onClose} />
      </div>
      <SplitTable dataset={dataset} />
      {summary.notes.map((note) => (
        <p key={note} className={classes.noteLine}>
          {note}
        </p>
      ))}
      <Facts
        items={[
          [
            'Sources',
            `${SOURCE_WORDS[policy.sources]}: ${Object.entries(summary.bySource)
              .map(([source, rows]) => `${formatCount(rows)} ${source}`)
              .join(', ')}`,
          ],
          [
            'Cut, UTC',
            `validation from ${formatDay(summary.cutDates.validationFrom)}, test from ${formatDay(summary.cutDates.testFrom)}, embargo ${formatDuration(summary.cutDates.embargoMs / 1000)}`,
          ],
          [
            'Series',
            `${formatCount(summary.series)}${policy.symbols ? ` (${policy.symbols.join(', ')})` : ''}`,
          ],
          ['Kept aside', policy.unseenSymbols.length > 0 ? policy.unseenSymbols.join(', ') : 'none'],
          [
            'Rows a class',
            policy.capPerClass === null ? 'all' : `at most ${formatCount(policy.capPerClass)}`,
          ],
          [
            'Left out',
            leftOut.length === 0
              ? 'nothing'
              : leftOut.map(([reason, count]) => `${countOf(count, 'window')} ${reason}`).join('; '),
          ],
          ['Rule set, seed', `#${policy.ruleSetNumber}, ${policy.seed}`],
          ['Hash', <code key="hash">{dataset.hash}</code>],
          ['Built', `${formatMoment(dataset.createdAt)} by ${dataset.createdBy}`],
        ]}
      />
    </section>
  );
}

function SplitTable({ dataset: { summary, rows } }: { dataset: Dataset }) {
  const splits = SPLITS.filter((split) => summary.bySplit[split]);
  const rowsOf = (split: (typeof SPLITS)[number]) =>
    Object.values(summary.bySplit[split]).reduce((sum, count) => sum + count, 0);
  return (
    <Table verticalSpacing={4} className={classes.splits}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rows</Table.Th>
          {CLASS_IDS.map((id) => (
            <Table.Th key={id} ta="right">
              <ClassBadge id={id} />
            </Table.Th>
          ))}
          <Table.Th ta="right">All</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {splits.map((split) => (
          <Table.Tr key={split}>
            <Table.Th scope="row">{SPLIT_WORDS[split]}</Table.Th>
            {CLASS_IDS.map((id) => (
              <Table.Td key={id} ta="right">
                {formatCount(summary.bySplit[split][id] ?? 0)}
              </Table.Td>
            ))}
            <Table.Td ta="right">{formatCount(rowsOf(split))}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row">All</Table.Th>
          {CLASS_IDS.map((id) => (
            <Table.Td key={id} ta="right">
              {formatCount(splits.reduce((sum, split) => sum + (summary.bySplit[split][id] ?? 0), 0))}
            </Table.Td>
          ))}
          <Table.Td ta="right">{formatCount(rows)}</Table.Td>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  );
}
