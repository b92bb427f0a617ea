'use client';

import { Button, Group } from '@mantine/core';
import { useEffect } from 'react';
import { ApiError, call, OfflineError } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import { Message } from './message.tsx';

const LOOK_MS = 5_000;

/** Says that a page needs the server, and goes there as soon as that is back. */
export function ServerAway() {
  useEffect(() => {
    const look = () => void isThere().then((there) => there && goBack());
    const timer = setInterval(look, LOOK_MS);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', look);
    };
  }, []);
  return (
    <Message
      title="The server cannot be reached"
      text="This page needs it, and comes up by itself when it is back. Windows that this browser holds can be labelled meanwhile; answers are kept here and go out later."
    >
      <Group>
        <Button variant="default" onClick={goBack}>
          Try now
        </Button>
        <Button component="a" href="/label">
          Label
        </Button>
      </Group>
    </Message>
  );
}

/** Whatever it answers, it is there. */
async function isThere(): Promise<boolean> {
  try {
    await call(api.me);
    return true;
  } catch (error) {
    if (error instanceof OfflineError) return false;
    if (error instanceof ApiError) return error.status < 500;
    throw error;
  }
}

/** To the page that was asked for: one of this app's. */
function goBack(): void {
  const from = new URL(new URLSearchParams(location.search).get('from') ?? '/', location.origin);
  location.replace(from.origin === location.origin ? from : '/');
}
