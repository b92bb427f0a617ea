'use client';

import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import type { CallOutput } from '@/lib/client/api.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { QueueSelect, useChosenQueue } from '../chosen-queue.tsx';
import review from '../review.module.css';
import { shareWords } from '../share-words.ts';
import classes from './gold.module.css';

/** What share of planted windows people noticed on the pages of a queue. */
export function CatchRates() {
  const { list, queue, choose, error: noQueues, refetch: askQueues } = useChosenQueue();
  const id = queue?.id ?? 0;
  const { data, error, refetch } = useQuery({
    queryKey: keys.catchRates(id),
    queryFn: ({ signal }) => call(api.catchRates, { params: { id }, signal }),
    enabled: queue !== undefined,
  });
  return (
    <div className={review.part}>
      <div className={review.head}>
        <h3>Grid: planted windows noticed, with 95 % intervals</h3>
        {queue ? <QueueSelect list={list} queue={queue} choose={choose} /> : null}
      </div>
      <Problem error={noQueues ?? error} onRetry={noQueues ? askQueues : refetch} />
      {data ? <People people={data.people} /> : queue && !error ? <LoadingRows rows={2} /> : null}
    </div>
  );
}

function People({ people }: { people: CallOutput<typeof api.catchRates>['people'] }) {
  if (people.length === 0) {
    return <p className={classes.nothing}>Nobody has worked through this queue page by page yet.</p>;
  }
  return (
    <Table verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Person</Table.Th>
          <Table.Th className={review.number} w={120}>
            Pages
          </Table.Th>
          <Table.Th className={review.number} w={120}>
            Windows
          </Table.Th>
          <Table.Th className={review.number} w={210}>
            Noticed
          </Table.Th>
          <Table.Th className={review.number} w={160}>
            Pages gone back
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {people.map(({ person, pages, cells, returned, catchRate }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two people may have one name; the server keeps the order
          <Table.Tr key={i}>
            <Table.Td className={classes.words}>{person}</Table.Td>
            <Table.Td className={review.number}>{formatCount(pages)}</Table.Td>
            <Table.Td className={review.number}>{formatCount(cells)}</Table.Td>
            <Table.Td className={review.number}>{shareWords(catchRate)}</Table.Td>
            <Table.Td className={review.number}>{formatCount(returned)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
