'use client';

import { useEffect, useState } from 'react';
import { othersWords } from '@/components/shell/waiting-words.ts';
import { type OthersWaiting, waitingOfOthers } from '@/lib/client/outbox/others.ts';
import classes from './waiting-here.module.css';

/** Before anybody signs in: whose answers wait in this browser, and that signing in sends them. */
export function WaitingHere() {
  const [waiting, setWaiting] = useState<readonly OthersWaiting[]>([]);
  useEffect(() => {
    waitingOfOthers(null)
      .then(setWaiting)
      .catch((error: unknown) => console.error('outbox:', error));
  }, []);
  if (waiting.length === 0) return null;
  return (
    <div className={classes.waiting} role="status">
      {waiting.map((one) => (
        <p key={one.author}>{othersWords(one)}</p>
      ))}
    </div>
  );
}
