'use client';

import { Button, SegmentedControl, Select } from '@mantine/core';
import Link from 'next/link';
import { createParser, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { GATE_SETS, type GateReport, type GateSet } from '@/lib/contract/gate.ts';
import { VERSION_PATTERN } from '@/lib/contract/models.ts';
import { useGate, useRunGate } from '../use-gate.ts';
import { useVersions } from '../use-models.ts';
import classes from './compare.module.css';
import { CompareMix } from './compare-mix.tsx';
import { Disagreements } from './disagreements.tsx';

const parseAsVersion = createParser({
  parse: (text) => (VERSION_PATTERN.test(text) ? text : null),
  serialize: (name: string) => name,
});
const SET_WORDS: Record<GateSet, string> = { test: 'Test', unseen: 'Unseen series', gold: 'Frozen gold' };

/** Two versions side by side; the address holds which. */
export function ComparePage() {
  const [{ first, second }, choose] = useQueryStates({ first: parseAsVersion, second: parseAsVersion });
  const versions = useVersions();
  const names = versions.data?.versions.flatMap(({ name, archivedAt }) => (archivedAt ? [] : [name])) ?? [];
  const two = first !== null && second !== null && first !== second;
  return (
    <div className={classes.page}>
      <TopBar>
        <Link href="/models">All versions</Link>
        <span>Compare</span>
      </TopBar>
      <Problem error={versions.error} onRetry={versions.refetch} />
      <div className={classes.choice}>
        <Select
          label="Version"
          size="xs"
          data={names}
          value={first}
          onChange={(name) => void choose({ first: name })}
        />
        <Select
          label="Held against"
          size="xs"
          data={names}
          value={second}
          onChange={(name) => void choose({ second: name })}
        />
        <Button
          variant="default"
          disabled={!two}
          onClick={() => void choose({ first: second, second: first })}
        >
          Swap
        </Button>
      </div>
      {two ? (
        <Comparison key={`${first} ${second}`} first={first} second={second} />
      ) : (
        <EmptyNote text="Choose two versions: both are measured on the same rows, and the windows they see differently are shown." />
      )}
    </div>
  );
}

function Comparison({ first, second }: { first: string; second: string }) {
  const gate = useGate(first, second);
  const { run, job } = useRunGate(first, second);
  const report = gate.data?.gate?.report;
  return (
    <>
      <Problem error={gate.error} onRetry={gate.refetch} />
      <Problem error={run.error} onRetry={() => run.mutate()} />
      {gate.isPending ? <LoadingBlock height={480} /> : null}
      {job ? <JobProgress job={job} /> : null}
      {gate.data && !report && !job ? (
        <EmptyNote text={`${first} and ${second} have not been measured on the same rows yet.`}>
          <Button loading={run.isPending} onClick={() => run.mutate()}>
            Measure both
          </Button>
        </EmptyNote>
      ) : null}
      {report ? <Figures first={first} second={second} report={report} /> : null}
      <Disagreements first={first} second={second} />
    </>
  );
}

const MIXES = ['sampled', 'natural'] as const;

function Figures({ first, second, report }: { first: string; second: string; report: GateReport }) {
  const [{ set, mix }, choose] = useQueryStates({
    set: parseAsStringLiteral(GATE_SETS).withDefault('test'),
    mix: parseAsStringLiteral(MIXES).withDefault('sampled'),
  });
  const shown = report.sets.find((one) => one.set === set) ?? report.sets.at(0);
  if (!shown) return <EmptyNote text={`There was nothing to measure on. ${report.notes.join(' ')}`} />;
  const figures = mix === 'natural' ? (shown.natural ?? shown.sampled) : shown.sampled;
  return (
    <>
      <div className={classes.slices}>
        <SegmentedControl
          aria-label="Rows"
          value={shown.set}
          data={report.sets.map(({ set: value }) => ({ value, label: SET_WORDS[value] }))}
          onChange={(value) => void choose({ set: GATE_SETS.find((one) => one === value) ?? null })}
        />
        <SegmentedControl
          aria-label="Mix"
          value={shown.natural ? mix : 'sampled'}
          data={[
            { value: 'sampled', label: 'Sampled' },
            ...(shown.natural ? [{ value: 'natural', label: 'Natural' }] : []),
          ]}
          onChange={(value) => void choose({ mix: MIXES.find((one) => one === value) ?? null })}
        />
      </div>
      <CompareMix first={first} second={second} figures={figures} />
      {report.notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </>
  );
}
