'use client';

import { Button, Popover, UnstyledButton } from '@mantine/core';
import { useEffect } from 'react';
import { startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutbox, useOutboxState } from '@/lib/client/outbox/state.ts';
import classes from './outbox-badge.module.css';

/** Where this person's answers are; on every page, so that whatever a crashed tab left goes out wherever they come back. */
export function OutboxBadge({ personId }: { personId: string }) {
  const { kind, refused, text } = useOutboxState();
  useEffect(() => {
    void startOutbox(personId);
  }, [personId]);
  return (
    <div className={classes.outbox} data-kind={kind}>
      <span role="status" data-testid="outbox-state">
        {text}
      </span>
      {refused ? <RefusedAnswers personId={personId} count={refused} /> : null}
    </div>
  );
}

/** Answers the server would not take stay here until the person has seen why. */
function RefusedAnswers({ personId, count }: { personId: string; count: number }) {
  const entries = useOutbox((state) => state.refused);
  return (
    <Popover position="bottom-end" withArrow>
      <Popover.Target>
        <UnstyledButton className={classes.refused}>{count} refused</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.list}>
        {entries.map((entry) => (
          <div key={entry.seq} className={classes.entry}>
            <div>
              <strong>{entry.input.kind === 'label' ? entry.input.label : entry.input.kind}</strong>{' '}
              {new Date(entry.input.answeredAt).toLocaleTimeString()}
              <p>{entry.refusal?.message}</p>
            </div>
            <Button variant="default" onClick={async () => (await startOutbox(personId)).discard(entry)}>
              Discard
            </Button>
          </div>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
