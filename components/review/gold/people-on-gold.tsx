import { Table } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Gold } from '@/lib/contract/gold.ts';
import review from '../review.module.css';
import { shareWords } from '../share-words.ts';
import classes from './gold.module.css';

/** How often each person was right on gold windows that they met unknowingly. */
export function PeopleOnGold({ people }: { people: Gold['people'] }) {
  return (
    <div className={review.part}>
      <h3>People: right on gold, with 95 % intervals</h3>
      {people.length === 0 ? (
        <p className={classes.nothing}>
          Nobody has met a window of the version in force yet: queues with a share of gold, and pages of the
          grid, bring them.
        </p>
      ) : (
        <Table verticalSpacing={4} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th className={review.number} w={144}>
                All
              </Table.Th>
              {CLASS_IDS.map((id) => (
                <Table.Th key={id} className={review.number} w={128}>
                  <ClassBadge id={id} />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map(({ person, all, byClass }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name; the server keeps the order
              <Table.Tr key={i}>
                <Table.Td className={classes.words}>{person}</Table.Td>
                <Table.Td className={review.number}>{shareWords(all)}</Table.Td>
                {CLASS_IDS.map((id) => {
                  const share = byClass[id];
                  return (
                    <Table.Td key={id} className={review.number}>
                      {share ? shareWords(share) : '–'}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </div>
  );
}
