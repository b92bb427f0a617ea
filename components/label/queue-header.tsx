'use client';

import { NativeSelect } from '@mantine/core';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { pacePerMinute, timeLeft } from '@/lib/client/label/pace.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import classes from './queue-header.module.css';
import { useLabel } from './use-label-store.ts';

export interface QueueChoice {
  readonly id: number;
  readonly name: string;
}

interface QueueHeaderProps {
  queueId: number;
  queues: readonly QueueChoice[];
  onChoose: (queueId: number) => void;
}

/** The queue, how far each class is, and how long it will take at this pace. */
export function QueueHeader({ queueId, queues, onChoose }: QueueHeaderProps) {
  return (
    <header className={classes.header}>
      {queues.length > 1 ? (
        <NativeSelect
          size="xs"
          aria-label="Queue"
          value={queueId}
          data={queues.map(({ id, name }) => ({ value: String(id), label: name }))}
          onChange={(event) => onChoose(Number(event.currentTarget.value))}
        />
      ) : (
        <strong className={classes.name}>{queues[0]?.name}</strong>
      )}
      <Progress />
      <Pace />
    </header>
  );
}

function Progress() {
  const progress = useLabel((state) => state.progress);
  return (
    <ul className={classes.progress} aria-label="Labels toward the target, by class">
      {CLASS_IDS.map((id) => {
        const done = progress?.labelled[id] ?? 0;
        const target = progress?.targets[id] ?? 0;
        return (
          <li key={id} title={`${CLASS_FACTS[id].name}: ${done} of ${target}`} data-class={id}>
            <ClassBadge id={id} />
            <span className={classes.count}>
              {progress ? done : '–'}
              <span className={classes.target}>{target > 0 ? `/${target}` : ''}</span>
            </span>
            <span
              className={classes.share}
              style={{
                width: `${target > 0 ? Math.min(1, done / target) * 100 : 0}%`,
                background: `var(--hy-class-${id})`,
              }}
            />
          </li>
        );
      })}
    </ul>
  );
}

function Pace() {
  const answers = useLabel((state) => state.answers);
  const progress = useLabel((state) => state.progress);
  const perMinute = pacePerMinute(answers.map(({ at }) => at)) ?? progress?.mine.perMinute ?? null;
  const left = progress ? timeLeft(progress.remaining, perMinute) : null;
  const words = [perMinute === null ? null : `${Math.round(perMinute)}/min`, left].filter(
    (part) => part !== null,
  );
  return (
    <span
      className={classes.pace}
      title={progress ? `${progress.remaining} of ${progress.total} windows remain` : undefined}
    >
      {words.length > 0 ? words.join(' · ') : progress ? `${progress.remaining} windows remain` : ''}
    </span>
  );
}
