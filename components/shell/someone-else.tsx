'use client';

import { Button } from '@mantine/core';
import { countOf } from '@/components/figure/format.ts';
import { useOutboxState } from '@/lib/client/outbox/state.ts';
import classes from './message.module.css';

/** In place of a page whose person is no longer the one signed in on this browser. */
export function SomeoneElse({ name, words }: { name: string; words: string }) {
  const { count } = useOutboxState();
  const waits =
    count === 0
      ? `Everything that ${name} answered is saved.`
      : `${countOf(count, 'answer')} by ${name} ${count === 1 ? 'is' : 'are'} kept in this browser and ${count === 1 ? 'goes' : 'go'} out when ${name} signs in here again.`;
  return (
    <div className={classes.message} role="alert">
      <h1>{words}</h1>
      <p>
        This page was {name}’s. {waits}
      </p>
      <Button onClick={() => window.location.assign('/label')}>Go on as who is signed in</Button>
    </div>
  );
}
