'use client';

import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount, formatFigure } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import type { Anchoring, Comparison } from '@/lib/contract/anchoring.ts';
import { api } from '@/lib/contract/api.ts';
import { QueueSelect, useChosenQueue } from './chosen-queue.tsx';
import classes from './review.module.css';
import { shareWords } from './share-words.ts';

/** Whether people follow the suggestion because it is shown. */
export function AnchoringPage() {
  const { list, queue, choose, error, refetch, isEmpty } = useChosenQueue();
  const report = useQuery({
    queryKey: keys.anchoring(queue?.id ?? 0),
    queryFn: ({ signal }) => call(api.anchoring, { params: { id: queue?.id ?? 0 }, signal }),
    enabled: queue !== undefined,
  });
  return (
    <section className={classes.section} aria-label="Anchoring">
      <div className={classes.head}>
        <h2>Anchoring</h2>
        <QueueSelect list={list} queue={queue} choose={choose} />
      </div>
      <Problem error={error ?? report.error} onRetry={error ? refetch : report.refetch} />
      {isEmpty ? <EmptyNote text="There is no queue yet: import and scan bars first." /> : null}
      {report.data ? (
        <Report report={report.data} />
      ) : queue && !report.error ? (
        <LoadingRows rows={6} />
      ) : null}
    </section>
  );
}

function Report({ report }: { report: Anchoring }) {
  if (report.shown.trials + report.blind.trials === 0) {
    return <EmptyNote text="Nobody has labelled a window of this queue yet." />;
  }
  return (
    <>
      <p className={classes.summary}>{summary(report)}</p>
      <ComparisonTable
        name="By suggested class"
        of="Class"
        rows={report.byClass.map((row) => ({
          key: row.class,
          head: <ClassBadge id={row.class} show="name" />,
          row,
        }))}
        all={report}
      />
      <ComparisonTable
        name="By person"
        of="Person"
        rows={report.byPerson.map((row, i) => ({ key: `${i} ${row.person}`, head: row.person, row }))}
        all={null}
      />
    </>
  );
}

/** The effect in words, and what is missing where it cannot be told. */
function summary({ effect, shown, blind, seconds }: Anchoring): string {
  if (effect === null) {
    return blind.trials === 0
      ? `${formatCount(shown.trials)} labels, none of them blind: give the queue a blind share to see what the suggestion does.`
      : `${formatCount(blind.trials)} labels, all of them blind: there is nothing to compare them with.`;
  }
  const points = Math.abs(100 * effect.value).toFixed(1);
  const found =
    effect.low > 0
      ? `Where the suggestion is shown people agree with it ${points} points more often than where it is hidden: they are led by it.`
      : effect.high < 0
        ? `Where the suggestion is shown people agree with it ${points} points less often than where it is hidden.`
        : 'No effect of showing the suggestion can be told from chance.';
  const pace = `A label takes ${formatFigure(seconds.shown, 1)} s with the suggestion and ${formatFigure(seconds.blind, 1)} s without, in the median.`;
  return `${found} ${pace}`;
}

interface ComparisonRow {
  key: string;
  head: ReactNode;
  row: Comparison;
}

function ComparisonTable({
  name,
  of,
  rows,
  all,
}: {
  name: string;
  /** What a row is about. */
  of: string;
  rows: ComparisonRow[];
  all: Comparison | null;
}) {
  return (
    <div className={classes.part}>
      <h3>{name}</h3>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{of}</Table.Th>
            <Table.Th className={classes.number} w={210}>
              Agree, shown
            </Table.Th>
            <Table.Th className={classes.number} w={210}>
              Agree, blind
            </Table.Th>
            <Table.Th className={classes.number} w={230}>
              Effect, points
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, head, row }) => (
            <Cells key={key} head={head} row={row} />
          ))}
          {all ? <Cells head="All" row={all} /> : null}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Cells({ head, row: { shown, blind, effect } }: { head: ReactNode; row: Comparison }) {
  return (
    <Table.Tr>
      <Table.Td>{head}</Table.Td>
      <Table.Td className={classes.number}>{shareWords(shown)}</Table.Td>
      <Table.Td className={classes.number}>{shareWords(blind)}</Table.Td>
      <Table.Td className={classes.number}>{effectWords(effect)}</Table.Td>
    </Table.Tr>
  );
}

/** `+12.4 (+3.1 to +21.0)` */
function effectWords(effect: Comparison['effect']): string {
  const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;
  return effect ? `${points(effect.value)} (${points(effect.low)} to ${points(effect.high)})` : '–';
}
