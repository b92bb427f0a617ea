'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRef } from 'react';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { call } from '@/lib/client/api.ts';
import { useHotkeys } from '@/lib/client/hotkeys/hotkeys.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { EmptyQueue } from '@/lib/contract/queue.ts';
import classes from './states.module.css';

/** What other people do changes both the reason and what waits. */
const ASK_AGAIN_MS = 15_000;
/** Nobody reads the list in less: a class key that was meant for one more window chooses no queue. */
const READ_MS = 1000;
/** The server counts no further. */
const COUNTED = 100;
const KEYS = 9;

/** Why a queue has nothing for this person, and which others have; asked once their answers have arrived. */
export function useEmptyQueue(queueId: number, enabled = true) {
  return useQuery({
    queryKey: keys.emptyQueue(queueId),
    queryFn: ({ signal }) => call(api.whyEmpty, { params: { id: queueId }, signal }),
    enabled,
    staleTime: 0,
    refetchInterval: ASK_AGAIN_MS,
    retry: false,
  });
}

interface ElsewhereProps {
  queues: EmptyQueue['elsewhere'];
  onChoose: (queueId: number) => void;
  /** Where those who manage queues see what becomes of this one. */
  manage: string | null;
}

/** Other queues that have windows for this person, each a key away. */
export function Elsewhere({ queues, onChoose, manage }: ElsewhereProps) {
  const shownAt = useRef(performance.now());
  const near = queues.slice(0, KEYS);
  useHotkeys(
    Object.fromEntries(
      near.map(({ id }, i) => [
        String(i + 1),
        () => {
          if (performance.now() - shownAt.current >= READ_MS) onChoose(id);
        },
      ]),
    ),
  );
  return (
    <>
      {near.length === 0 ? null : (
        <nav className={classes.elsewhere} aria-label="Other queues">
          <p>Windows wait for you elsewhere:</p>
          <ul>
            {near.map(({ id, name, waiting }, i) => (
              <li key={id}>
                <button type="button" onMouseDown={keepFocus} onClick={() => onChoose(id)}>
                  <KeyHint keys={String(i + 1)} />
                  <span className={classes.name}>{name}</span>
                  <span className={classes.waiting}>
                    {waiting >= COUNTED ? `${COUNTED} or more` : waiting} waiting
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {manage === null ? null : (
        <Link className={classes.manage} href={manage}>
          All queues
        </Link>
      )}
    </>
  );
}
