'use client';

import { Popover, UnstyledButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type OthersWaiting, waitingOfOthers } from '@/lib/client/outbox/others.ts';
import { startOutbox } from '@/lib/client/outbox/start.ts';
import { useOutboxState } from '@/lib/client/outbox/state.ts';
import classes from './outbox-badge.module.css';
import { RefusedAnswers } from './refused-answers.tsx';
import { othersWords, whatWaits } from './waiting-words.ts';

/** Where this person's answers are; on every page, so that whatever a crashed tab left goes out wherever they come back. */
export function OutboxBadge({ person }: { person: { id: string; name: string } }) {
  const state = useOutboxState();
  const [others, setOthers] = useState<readonly OthersWaiting[]>([]);
  useEffect(() => {
    const report = (error: unknown) => console.error('outbox:', error);
    startOutbox(person.id).catch(report);
    waitingOfOthers(person.id).then(setOthers).catch(report);
  }, [person.id]);
  const { title, text, signIn } = whatWaits(state, person.name);
  return (
    <div className={classes.outbox} data-kind={state.kind} role="status">
      <Popover position="bottom-end" withArrow width={320}>
        <Popover.Target>
          <UnstyledButton className={classes.state} title="What waits in this browser">
            <span data-testid="outbox-state">{state.text}</span>
            {others.length > 0 ? <span className={classes.others}>· others’ answers wait</span> : null}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={classes.words} data-testid="outbox-words">
          <h3>{title}</h3>
          <p>{text}</p>
          {signIn ? <a href="/sign-in">Sign in</a> : null}
          {others.map((one) => (
            <p key={one.author}>{othersWords(one)}</p>
          ))}
        </Popover.Dropdown>
      </Popover>
      {state.refused ? <RefusedAnswers personId={person.id} count={state.refused} /> : null}
    </div>
  );
}
