import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { OfflineError } from '@/lib/client/api.ts';
import classes from './figure.module.css';

/** An empty panel: one sentence and the one button that helps. */
export function EmptyNote({ text, children }: { text: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.note}>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Something that a person should know before going on; `children` is what they can do about it. */
export function Notice({
  tone,
  text,
  children,
}: {
  tone: 'warn' | 'info' | 'bad';
  text: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={classes.problem} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** A question or an act that failed, in words, with the way to try again in its place. */
export function Problem({ error, onRetry }: { error: Error | null | undefined; onRetry?: () => unknown }) {
  if (!error) return null;
  const offline = error instanceof OfflineError;
  return (
    <Notice
      tone={offline ? 'warn' : 'bad'}
      text={offline ? 'The server cannot be reached; what is shown is from before.' : error.message}
    >
      {onRetry ? (
        <Button variant="default" onClick={() => void onRetry()}>
          Try again
        </Button>
      ) : null}
    </Notice>
  );
}
