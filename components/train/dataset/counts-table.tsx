import { Table } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { type DatasetSummary, SPLITS } from '@/lib/contract/dataset.ts';
import classes from './dataset.module.css';
import { SOURCE_WORDS, SPLIT_WORDS } from './source-words.ts';

type Counts = Readonly<Record<string, number>>;
type Shown = Pick<DatasetSummary, 'bySplit' | 'classesBySource'>;

/** Rows of each class by split, and by whose label they have. Dashes stand where nothing is known yet. */
export function CountsTable({ counts }: { counts: Shown | undefined }) {
  const sources = Object.entries(counts?.classesBySource ?? {});
  return (
    <Table verticalSpacing={4} className={classes.counts} aria-label="Rows by class">
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
        {SPLITS.map((split) => (
          <Line key={split} name={SPLIT_WORDS[split]} counts={counts?.bySplit[split]} />
        ))}
      </Table.Tbody>
      <Table.Tbody className={classes.total}>
        <Line name="All" counts={counts && addUp(Object.values(counts.bySplit))} />
      </Table.Tbody>
      {sources.length > 0 ? (
        <Table.Tbody className={classes.ofThem}>
          {sources.map(([source, of]) => (
            <Line key={source} name={SOURCE_WORDS[source] ?? source} counts={of} />
          ))}
        </Table.Tbody>
      ) : null}
    </Table>
  );
}

function Line({ name, counts }: { name: string; counts: Counts | undefined }) {
  const all = counts && CLASS_IDS.reduce((sum, id) => sum + (counts[id] ?? 0), 0);
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      {CLASS_IDS.map((id) => (
        <Table.Td key={id} ta="right" data-nothing={counts && !counts[id] ? '' : undefined}>
          {formatCount(counts && (counts[id] ?? 0))}
        </Table.Td>
      ))}
      <Table.Td ta="right">{formatCount(all)}</Table.Td>
    </Table.Tr>
  );
}

function addUp(all: readonly Counts[]): Counts {
  return Object.fromEntries(CLASS_IDS.map((id) => [id, all.reduce((sum, one) => sum + (one[id] ?? 0), 0)]));
}
