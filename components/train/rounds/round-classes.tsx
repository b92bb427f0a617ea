import { Table } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { formatCount, formatShare } from '@/components/figure/format.ts';
import { CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import type { AuditedClass, Round, RoundReport, SelfTrainingSettings } from '@/lib/contract/self-training.ts';
import { VERDICT_WORDS } from './round-words.ts';
import classes from './rounds.module.css';

interface RoundClassesProps {
  round: Round;
  selection: NonNullable<RoundReport['selection']>;
  settings: SelfTrainingSettings;
}

/** Class by class: what the teacher was sure of, what of it was taken, what people found, and what the student learned from. */
export function RoundClasses({ round, selection, settings }: RoundClassesProps) {
  // While people answer, as they have by now; afterwards as it was when the round went on.
  const audit = round.state === 'auditing' ? round.audit : (round.report.audit ?? round.audit);
  const rows = round.report.trainingRows;
  const leftOut = leftOutWords(selection);
  return (
    <>
      <Table
        verticalSpacing={4}
        className={`${classes.table} ${classes.byClass}`}
        aria-label={`Round ${round.number} by class`}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Of {formatCount(selection.pool)} windows</Table.Th>
            <Table.Th ta="right">In the pool</Table.Th>
            <Table.Th ta="right">Likeliest</Table.Th>
            <Table.Th ta="right">Sure</Table.Th>
            <Table.Th ta="right">Left out</Table.Th>
            <Table.Th ta="right">Taken</Table.Th>
            <Table.Th ta="right">Judged</Table.Th>
            <Table.Th ta="right">Precision</Table.Th>
            <Table.Th>Audit</Table.Th>
            <Table.Th ta="right">Labels</Table.Th>
            <Table.Th ta="right">Pseudo</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {CLASS_IDS.map((id) => (
            <Table.Tr key={id}>
              <Table.Th scope="row">
                <ClassBadge id={id} show="name" />
              </Table.Th>
              <Table.Td ta="right">{formatShare(selection.poolMix[classIndex(id)])}</Table.Td>
              <Selected id={id} selection={selection} threshold={settings.thresholds[id]} />
              <Audited of={audit?.[id]} />
              <Table.Td ta="right">
                {formatCount(
                  rows && (rows.record?.[classIndex(id)] ?? 0) + (rows.weak?.[classIndex(id)] ?? 0),
                )}
              </Table.Td>
              <Table.Td ta="right">{formatCount(rows?.pseudo?.[classIndex(id)])}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {leftOut ? <p className={classes.foot}>{leftOut}</p> : null}
    </>
  );
}

/** Why sure windows were not taken, over all classes. */
function leftOutWords({ perClass }: RoundClassesProps['selection']): string | null {
  const sum = (part: 'barred' | 'crowded' | 'overCap' | 'overBalance') =>
    CLASS_IDS.reduce((all, id) => all + perClass[id][part], 0);
  const why = [
    [sum('crowded'), 'share bars with a surer one'],
    [sum('barred'), 'would be none where a rule takes them for a pattern'],
    [sum('overCap'), 'are above their class’s cap'],
    [sum('overBalance'), 'are above the balance between classes'],
  ] as const;
  const words = why.flatMap(([count, what]) => (count > 0 ? [`${formatCount(count)} ${what}`] : []));
  return words.length === 0 ? null : `Of sure windows that were left out, ${words.join(', ')}.`;
}

function Selected({
  id,
  selection,
  threshold,
}: {
  id: ClassId;
  selection: RoundClassesProps['selection'];
  threshold: number;
}) {
  const { likeliest, sure, taken } = selection.perClass[id];
  return (
    <>
      <Table.Td ta="right">{formatCount(likeliest)}</Table.Td>
      <Table.Td ta="right" title={`probability of at least ${threshold}`}>
        {formatCount(sure)}
      </Table.Td>
      <Table.Td ta="right">{formatCount(sure - taken)}</Table.Td>
      <Table.Td ta="right">{formatCount(taken)}</Table.Td>
    </>
  );
}

/** Not ± half of it: near 0 and 1 it lies to one side. */
const rangeWords = (interval: readonly [number, number]) =>
  `${interval.map((end) => Math.round(end * 100)).join('–')} %`;

const VERDICT_STATUS = { holds: 'good', below: 'bad', open: 'warn' } as const;

function Audited({ of }: { of: AuditedClass | undefined }) {
  if (!of || of.asked === 0)
    return (
      <>
        <Table.Td ta="right">–</Table.Td>
        <Table.Td ta="right">–</Table.Td>
        <Table.Td>not asked</Table.Td>
      </>
    );
  return (
    <>
      <Table.Td ta="right">
        {of.judged} of {of.asked}
      </Table.Td>
      <Table.Td ta="right">
        {formatShare(of.precision)}
        {of.interval ? <small className={classes.range}>{rangeWords(of.interval)}</small> : null}
      </Table.Td>
      <Table.Td>
        <StatusDot status={VERDICT_STATUS[of.verdict]}>{VERDICT_WORDS[of.verdict]}</StatusDot>
      </Table.Td>
    </>
  );
}
