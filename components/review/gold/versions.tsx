import { Table } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount, formatMoment } from '@/components/figure/format.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Gold } from '@/lib/contract/gold.ts';
import review from '../review.module.css';
import classes from './gold.module.css';

/** What is marked now, and what each version has frozen. */
export function Versions({ gold: { marked, versions } }: { gold: Gold }) {
  return (
    <div className={review.part}>
      <h3>Windows</h3>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={96}>Version</Table.Th>
            {CLASS_IDS.map((id) => (
              <Table.Th key={id} className={review.number} w={64}>
                <ClassBadge id={id} />
              </Table.Th>
            ))}
            <Table.Th className={review.number} w={80}>
              All
            </Table.Th>
            <Table.Th className={classes.note}>Note</Table.Th>
            <Table.Th w={128}>By</Table.Th>
            <Table.Th w={136}>Frozen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>marked now</Table.Td>
            <Counts counts={marked} />
            <Table.Td colSpan={3} />
          </Table.Tr>
          {versions.map(({ number, note, createdBy, at, windows }, i) => (
            <Table.Tr key={number}>
              <Table.Td>
                {number}
                {i === 0 ? <span className={classes.aside}> in force</span> : null}
              </Table.Td>
              <Counts counts={windows} />
              <Table.Td className={`${classes.words} ${classes.note}`}>{note}</Table.Td>
              <Table.Td className={classes.words}>{createdBy}</Table.Td>
              <Table.Td>{formatMoment(at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Counts({ counts }: { counts: Gold['marked'] }) {
  const all = CLASS_IDS.reduce((sum, id) => sum + (counts[id] ?? 0), 0);
  return (
    <>
      {CLASS_IDS.map((id) => (
        <Table.Td key={id} className={review.number}>
          {formatCount(counts[id] ?? 0)}
        </Table.Td>
      ))}
      <Table.Td className={review.number}>{formatCount(all)}</Table.Td>
    </>
  );
}
