import { Button, Table } from '@mantine/core';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { countOf, formatCount, formatFigure, formatMoment } from '@/components/figure/format.ts';
import { IntervalFigure } from '@/components/figure/interval-figure.tsx';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import type { GateCheck, GateReport, GateSummary } from '@/lib/contract/gate.ts';
import { DifferenceFigure } from './difference-figure.tsx';
import classes from './gate-section.module.css';
import { useGate, useRunGate } from './use-gate.ts';

const SET_WORDS = { test: 'Test', unseen: 'Unseen series', gold: 'Frozen gold' } as const;
type Gate = GateSummary & { readonly report: GateReport };

/** What a version must show before it is champion, and what it showed. @param champion null where there is none */
export function GateSection({ name, champion }: { name: string; champion: string | null }) {
  const gate = useGate(name);
  const { run, job } = useRunGate(name);
  const found = gate.data?.gate;
  return (
    <section className={classes.section} aria-label="Gate">
      <div className={classes.head}>
        <h2>Gate</h2>
        <span className={classes.about}>
          {champion === null || champion === name
            ? 'Without another champion to be held against, only the targets count.'
            : `On the same rows as ${champion}, the champion.`}
        </span>
        {job ? (
          <div className={classes.job}>
            <JobProgress job={job} />
          </div>
        ) : (
          <Button variant="default" loading={run.isPending} onClick={() => run.mutate()}>
            {found ? 'Run the gate again' : 'Run the gate'}
          </Button>
        )}
      </div>
      <Problem error={run.error} onRetry={() => run.mutate()} />
      <Problem error={gate.error} onRetry={gate.refetch} />
      {gate.isPending ? <LoadingBlock height={280} /> : null}
      {gate.data && !found ? (
        <EmptyNote
          text={`${name} has not been measured yet. The gate predicts the test rows with both versions and says which targets are met and whether a class is worse.`}
        />
      ) : null}
      {found ? <GateTable gate={found} /> : null}
      {found && gate.data?.refusal ? <p className={classes.refusal}>{gate.data.refusal}</p> : null}
    </section>
  );
}

function GateTable({ gate }: { gate: Gate }) {
  const { report, against, version } = gate;
  return (
    <>
      <Table verticalSpacing={4} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Check</Table.Th>
            <Table.Th ta="right">Target</Table.Th>
            <Table.Th ta="right">{against ?? 'Champion'}</Table.Th>
            <Table.Th ta="right">{version}</Table.Th>
            <Table.Th ta="right">Difference</Table.Th>
            <Table.Th>Result</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.checks.map((check) => (
            <CheckRow key={check.id} check={check} against={against} />
          ))}
        </Table.Tbody>
      </Table>
      <p className={classes.foot}>
        {report.sets
          .map(
            ({ set, rows, events, trainedOn }) =>
              `${SET_WORDS[set]}: ${countOf(rows, 'row')} of ${countOf(events, 'event')}${trainedOn > 0 ? `, ${formatCount(trainedOn)} left out as trained on` : ''}`,
          )
          .join(' · ')}
        {report.dataset ? ` · dataset ${report.dataset.name}` : ''}
        {` · ${formatMoment(gate.at)} by ${gate.by}`}
      </p>
      {report.notes.map((note) => (
        <p key={note} className={classes.foot}>
          {note}
        </p>
      ))}
    </>
  );
}

function CheckRow({ check, against }: { check: GateCheck; against: string | null }) {
  const digits = check.id === 'latency' ? 2 : 3;
  return (
    <Table.Tr>
      <Table.Th scope="row">{check.name}</Table.Th>
      <Table.Td ta="right">{targetWords(check, against)}</Table.Td>
      <Table.Td ta="right">
        <IntervalFigure value={check.other} interval={check.otherInterval} digits={digits} />
      </Table.Td>
      <Table.Td ta="right">
        <IntervalFigure value={check.own} interval={check.ownInterval} digits={digits} />
      </Table.Td>
      <Table.Td ta="right">
        <DifferenceFigure {...check} />
      </Table.Td>
      <Table.Td>
        <Result passed={check.passed} why={check.why} />
      </Table.Td>
    </Table.Tr>
  );
}

function targetWords({ target }: GateCheck, against: string | null): string {
  if (target)
    return `${target.bound === 'least' ? '≥' : '≤'} ${formatFigure(target.value, target.value < 1 ? 2 : 0)}`;
  return against === null ? '–' : 'not worse';
}

function Result({ passed, why }: Pick<GateCheck, 'passed' | 'why'>) {
  if (passed === null) return <StatusDot status="idle">{why ?? 'told only'}</StatusDot>;
  return <StatusDot status={passed ? 'good' : 'bad'}>{passed ? 'pass' : `fail: ${why}`}</StatusDot>;
}
