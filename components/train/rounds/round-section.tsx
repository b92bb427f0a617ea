import { Button } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { formatMoment } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { JobProgress } from '@/components/jobs/job-progress.tsx';
import { isGoing } from '@/components/jobs/job-words.ts';
import { useJob } from '@/components/jobs/use-jobs.ts';
import type { Round, SelfTrainingSettings } from '@/lib/contract/self-training.ts';
import { ComparisonTable } from './comparison-table.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { RoundClasses } from './round-classes.tsx';
import { auditProgress, ROUND_STATUS, roundWords, STEP_WORDS, stepsOf } from './round-words.ts';
import classes from './rounds.module.css';
import { isGoingOn, useRoundAct } from './use-self-training.ts';

/** One round: how far it is, what can be done with it, and what its steps found. */
export function RoundSection({ round, settings }: { round: Round; settings: SelfTrainingSettings }) {
  const { report } = round;
  return (
    <section className={classes.round} aria-label={`Round ${round.number}`}>
      <header className={classes.roundHead}>
        <h2>Round {round.number}</h2>
        <StatusDot status={ROUND_STATUS[round.state]}>{round.state}</StatusDot>
        <span className={classes.words}>{roundWords(round)}</span>
        <RoundActs round={round} />
      </header>
      <ol className={classes.steps} aria-label={`Steps of round ${round.number}`}>
        {stepsOf(round).map(({ step, at }) => (
          <li key={step} data-at={at} aria-current={at === 'now' ? 'step' : undefined}>
            {STEP_WORDS[step]}
            <span className={classes.spoken}>: {at}</span>
          </li>
        ))}
      </ol>
      <RoundJob round={round} />
      <Links round={round} />
      {report.selection ? (
        <RoundClasses round={round} selection={report.selection} settings={settings} />
      ) : null}
      {report.comparison ? <ComparisonTable round={round} comparison={report.comparison} /> : null}
    </section>
  );
}

/** The job at work, while it is. */
function RoundJob({ round }: { round: Round }) {
  const job = useJob(round.state === 'running' && round.step !== 'train' ? round.jobId : null);
  return job.data && isGoing(job.data.state) ? <JobProgress job={job.data} /> : null;
}

function Links({ round }: { round: Round }) {
  const { teacher, auditQueueId, datasetId, student, control, endedAt, revertedAt } = round;
  return (
    <p className={classes.links}>
      <span>
        Teacher <Link href={`/models/${teacher}`}>{teacher}</Link>
      </span>
      {auditQueueId !== null && round.state === 'auditing' ? (
        <span>
          Audit <Link href={`/label?queue=${auditQueueId}`}>queue {auditQueueId}</Link>
        </span>
      ) : null}
      {datasetId === null ? null : (
        <span>
          Dataset <Link href={`/train/datasets/${datasetId}`}>#{datasetId}</Link>
        </span>
      )}
      {student ? <RunLinks name="Student" run={student} /> : null}
      {control ? <RunLinks name="Control" run={control} /> : null}
      {revertedAt ? (
        <span>Taken back {formatMoment(revertedAt)}</span>
      ) : endedAt ? (
        <span>Ended {formatMoment(endedAt)}</span>
      ) : null}
    </p>
  );
}

function RunLinks({ name, run }: { name: string; run: NonNullable<Round['student']> }) {
  return (
    <span>
      {name} <Link href={`/train/${run.id}`}>run {run.id}</Link>
      {run.version ? (
        <>
          {', '}
          <Link href={`/models/${run.version}`}>{run.version}</Link>
        </>
      ) : (
        `, ${run.state}`
      )}
    </span>
  );
}

const ASKS = {
  reject: {
    title: 'Reject',
    words: 'Its pseudo-labels will count for nothing. A rejected round does not go on.',
    act: 'Reject the round',
  },
  revert: {
    title: 'Take back',
    words:
      'Its pseudo-labels count for nothing from now on, as do those of rounds that its student taught. Their students are archived; where one is champion, the champion before it comes back.',
    act: 'Take the round back',
  },
} as const;

function RoundActs({ round }: { round: Round }) {
  const act = useRoundAct(round.id);
  const [asking, setAsking] = useState<keyof typeof ASKS | null>(null);
  const { state, number } = round;
  const canGoOn = state === 'auditing' || state === 'failed' || state === 'cancelled';
  const { judged, asked } = auditProgress(round.audit);
  return (
    <span className={classes.acts}>
      <Problem error={asking ? null : act.error} />
      {isGoingOn(round) ? (
        <Button variant="default" loading={act.isPending} onClick={() => act.mutate({ act: 'cancel' })}>
          Cancel
        </Button>
      ) : null}
      {isGoingOn(round) || state === 'failed' || state === 'cancelled' ? (
        <Button variant="default" onClick={() => setAsking('reject')}>
          Reject…
        </Button>
      ) : null}
      {canGoOn ? (
        <Button
          variant={state === 'auditing' && judged < asked ? 'default' : 'filled'}
          loading={act.isPending}
          onClick={() => act.mutate({ act: 'continue' })}
        >
          {state === 'auditing' && judged < asked ? 'Go on with what is judged' : 'Go on'}
        </Button>
      ) : null}
      {state === 'accepted' ? (
        <Button variant="default" onClick={() => setAsking('revert')}>
          Take back…
        </Button>
      ) : null}
      {asking ? (
        <ReasonDialog
          {...ASKS[asking]}
          title={`${ASKS[asking].title} round ${number}`}
          error={act.error}
          isPending={act.isPending}
          onClose={() => setAsking(null)}
          onReason={(reason) => act.mutate({ act: asking, reason }, { onSuccess: () => setAsking(null) })}
        />
      ) : null}
    </span>
  );
}
