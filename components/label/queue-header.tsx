'use client';

import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { LABEL_MODES, type LabelMode } from './label-mode.ts';
import classes from './queue-header.module.css';

export interface QueueChoice {
  readonly id: number;
  readonly name: string;
}

/** Which queue and which way of working; every way of working shows them alike. */
export interface QueueHeaderProps {
  queueId: number;
  queues: readonly QueueChoice[];
  onChoose: (queueId: number) => void;
  mode: LabelMode;
  onMode: (mode: LabelMode) => void;
}

const MODE_NAMES: Readonly<Record<LabelMode, string>> = { single: 'Single', grid: 'Grid' };

/** The queue, how it is worked through, and (children) how far that is. */
export function QueueHeader(props: QueueHeaderProps & { children: ReactNode }) {
  const { queueId, queues, onChoose, mode, onMode, children } = props;
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
      <fieldset className={classes.modes}>
        <legend>Windows shown at once</legend>
        {LABEL_MODES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === mode}
            title={one === mode ? undefined : `${MODE_NAMES[one]} (V)`}
            onMouseDown={keepFocus}
            onClick={() => onMode(one)}
          >
            {MODE_NAMES[one]}
          </button>
        ))}
      </fieldset>
      {children}
    </header>
  );
}
