'use client';

import { Button, Popover, UnstyledButton } from '@mantine/core';
import type { OutboxEntry } from '@/lib/client/outbox/entry.ts';
import { startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutbox } from '@/lib/client/outbox/state.ts';
import { CLASS_FACTS } from '@/lib/contract/classes.ts';
import type { PageInput } from '@/lib/contract/grid.ts';
import classes from './outbox-badge.module.css';

/** Answers the server would not take stay here until the person has seen why. */
export function RefusedAnswers({ personId, count }: { personId: string; count: number }) {
  const entries = useOutbox((state) => state.refused);
  return (
    <Popover position="bottom-end" withArrow>
      <Popover.Target>
        <UnstyledButton className={classes.refused}>{count} refused</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.list}>
        <h3>The server does not take {count === 1 ? 'this' : 'these'}</h3>
        {entries.map((entry) => (
          <div key={entry.seq} className={classes.entry}>
            <div>
              <strong>{nameOf(entry)}</strong> {new Date(answeredAt(entry)).toLocaleTimeString('en-GB')}
              <p>{entry.refusal?.message}</p>
            </div>
            <Button
              variant="default"
              flex="none"
              onClick={async () => (await startOutbox(personId)).discard(entry)}
            >
              Discard
            </Button>
          </div>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

function nameOf(entry: OutboxEntry): string {
  switch (entry.kind) {
    case 'annotation':
      return entry.input.kind === 'label' ? CLASS_FACTS[entry.input.label].name : NAMES[entry.input.kind];
    case 'page':
      return pageName(entry.input);
    case 'pageRetraction':
      return `Undo of a ${pageName(entry.retracts).toLowerCase()}`;
  }
}

const NAMES = { skip: 'Skip', retraction: 'Undo' } as const;

function pageName({ class: suggested, answers }: PageInput): string {
  return `Page of ${answers.length}, ${CLASS_FACTS[suggested].name.toLowerCase()}`;
}

function answeredAt(entry: OutboxEntry): string {
  return entry.kind === 'pageRetraction' ? entry.answeredAt : entry.input.answeredAt;
}
