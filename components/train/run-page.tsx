'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { Facts } from '@/components/figure/facts.tsx';
import { formatCount, formatDuration, formatFigure, formatMoment } from '@/components/figure/format.ts';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Notice, Problem } from '@/components/figure/notice.tsx';
import { ProgressBar } from '@/components/figure/progress-bar.tsx';
import { STATE_STATUS } from '@/components/jobs/job-words.ts';
import { LogTail } from '@/components/jobs/log-tail.tsx';
import { secondsTaken } from '@/components/jobs/time-left.ts';
import { useNow } from '@/components/jobs/use-now.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { changedSettings, presetValue, SETTING_NAMES, SETTINGS } from '@/lib/contract/settings.ts';
import type { Epoch, Run } from '@/lib/contract/train.ts';
import { Readiness } from './readiness.tsx';
import { RunCurves } from './run-curves.tsx';
import classes from './run-page.module.css';
import { settingWords, shareDone, waitWords } from './run-words.ts';
import { isTraining, useRun, useRunAct } from './use-train.ts';

/** One run: its settings on the left, its curves in the middle, its log on the right, how far it is over the top. */
export function RunPage({ id }: { id: number }) {
  const { data, error, isPending, refetch } = useRun(id);
  return (
    <div className={classes.page}>
      <TopBar>
        <Link href="/train">All runs</Link>
        <span>Run {id}</span>
        {data ? <span>{data.run.datasetName}</span> : null}
      </TopBar>
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingBlock height={480} /> : null}
      {data ? <RunView run={data.run} epochs={data.epochs} /> : null}
    </div>
  );
}

function RunView({ run, epochs }: { run: Run; epochs: readonly Epoch[] }) {
  const training = isTraining(run);
  const planned = training ? (run.progress?.epochs ?? 0) : 0;
  return (
    <>
      <RunBar run={run} epochs={epochs} />
      {training ? <Readiness /> : null}
      {run.error ? <Notice tone="bad" text={<span className={classes.error}>{run.error}</span>} /> : null}
      <div className={classes.columns}>
        <section className={classes.side} aria-label="Settings">
          <RunFacts run={run} epochs={epochs} />
        </section>
        <section className={classes.curves} aria-label="Curves">
          {epochs.length > 0 ? (
            <RunCurves epochs={epochs} planned={planned} />
          ) : (
            <EmptyNote
              text={training ? 'Curves begin when the first epoch ends.' : 'No epoch was finished.'}
            />
          )}
        </section>
        <section className={classes.log} aria-label="Log of the run">
          <h2 className={classes.plotName}>Log</h2>
          {run.jobId ? (
            <LogTail key={run.jobId} jobId={run.jobId} live={training} />
          ) : (
            <EmptyNote text="No log." />
          )}
        </section>
      </div>
    </>
  );
}

function RunBar({ run, epochs }: { run: Run; epochs: readonly Epoch[] }) {
  const act = useRunAct(run.id);
  const training = isTraining(run);
  const now = useNow(training);
  const { progress } = run;
  const perSecond = progress?.imagesPerSecond ?? epochs.at(-1)?.imagesPerSecond ?? null;
  const figures: [string, string][] = [
    ['Epoch', progress ? `${progress.epoch} of ${progress.epochs}` : `${epochs.length}`],
    ['Images', perSecond === null ? '–' : `${formatCount(perSecond)}/s`],
    ['Loss', formatFigure(progress?.loss)],
    training
      ? ['Left', formatDuration(progress?.secondsLeft)]
      : ['Took', formatDuration(secondsTaken(run, now))],
  ];
  return (
    <div className={classes.bar}>
      <StatusDot status={STATE_STATUS[run.state]}>{waitWords(run) ?? run.state}</StatusDot>
      <div className={classes.progress}>
        <ProgressBar value={shareDone(run)} state={run.state} label={`Run ${run.id}`} />
      </div>
      {figures.map(([name, value]) => (
        <span key={name} className={classes.figure}>
          <small>{name}</small> {value}
        </span>
      ))}
      {training ? (
        <Button variant="default" loading={act.isPending} onClick={() => act.mutate('cancel')}>
          Cancel
        </Button>
      ) : null}
      {training ? null : (
        <Button variant="default" component={Link} href={`/train?again=${run.id}`}>
          Run again with a change
        </Button>
      )}
      {run.state === 'cancelled' || run.state === 'failed' ? (
        <Button loading={act.isPending} onClick={() => act.mutate('resume')}>
          Resume
        </Button>
      ) : null}
      {run.version ? (
        <Button component={Link} href={`/models/${run.version}`}>
          {run.version}
        </Button>
      ) : null}
      <div className={classes.barProblem}>
        <Problem error={act.error} />
      </div>
    </div>
  );
}

function RunFacts({ run, epochs }: { run: Run; epochs: readonly Epoch[] }) {
  const best = epochs.reduce<Epoch | null>(
    (so, epoch) => (epoch.macroF1 !== null && epoch.macroF1 > (so?.macroF1 ?? -1) ? epoch : so),
    null,
  );
  const last = epochs.at(-1);
  const changed = changedSettings(run.preset, run.settings);
  return (
    <>
      <Facts
        items={[
          [
            'Dataset',
            <Link key="dataset" href={`/train/datasets/${run.datasetId}`}>
              {run.datasetName}
            </Link>,
          ],
          ['Hash', <code key="hash">{run.datasetHash.slice(0, 12)}</code>],
          ['Preset', run.preset],
          ['Seed', String(run.seed)],
          [
            'Changed',
            changed.length === 0 ? (
              'nothing'
            ) : (
              <ul key="changed" className={classes.settings}>
                {changed.map((name) => (
                  <li key={name}>
                    {SETTINGS[name].name} {settingWords(name, run.settings[name])}
                    <small> for {settingWords(name, presetValue(run.preset, name))}</small>
                  </li>
                ))}
              </ul>
            ),
          ],
          ...(run.roundId === null
            ? []
            : [
                [
                  'Round',
                  <Link key="round" href="/train?view=rounds">
                    {run.settings.pseudo_labels === 0 ? 'control' : 'student'} of a round
                  </Link>,
                ] as const,
              ]),
          ...(run.basedOnId === null
            ? []
            : [
                [
                  'Based on',
                  <Link key="based" href={`/train/${run.basedOnId}`}>
                    run {run.basedOnId}
                  </Link>,
                ] as const,
              ]),
          [
            'Trains on',
            run.device === null ? '–' : `${run.device}${run.machine ? `, on ${run.machine}` : ''}`,
          ],
          ['Best', best ? `macro-F1 ${formatFigure(best.macroF1)}, epoch ${best.epoch}` : '–'],
          ['Epoch takes', last ? formatDuration(last.seconds) : '–'],
          ['Asked for', `${formatMoment(run.createdAt)} by ${run.createdBy}`],
          ['Started', formatMoment(run.startedAt)],
          ['Ended', formatMoment(run.endedAt)],
          [
            'Made',
            run.curveId !== null ? (
              <Link key="curve" href={`/train?view=labels&curve=${run.curveId}`}>
                a point of learning curve {run.curveId}
              </Link>
            ) : run.version ? (
              <Link key="version" href={`/models/${run.version}`}>
                {run.version}
              </Link>
            ) : (
              'no version yet'
            ),
          ],
        ]}
      />
      <details className={classes.allSettings}>
        <summary>All settings</summary>
        <Facts
          items={SETTING_NAMES.map((name) => [SETTINGS[name].name, settingWords(name, run.settings[name])])}
        />
      </details>
    </>
  );
}
