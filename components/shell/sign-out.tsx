'use client';

import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { create } from 'zustand';
import { Dialog } from '@/components/figure/dialog.tsx';
import { countOf } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { leaveBrowser } from '@/lib/client/leave-browser.ts';
import { useOutboxState } from '@/lib/client/outbox/state.ts';

/** While a person signs out the page in view is closed, so that nothing of it asks for more in their name. */
export const useLeaving = create(() => ({ leaving: false }));

/** Signing out: at once where everything is saved, else after a question; `dialog` is to be rendered. */
export function useSignOut(personId: string) {
  const { count } = useOutboxState();
  const [asks, setAsks] = useState(false);
  const leave = useMutation({
    mutationFn: () => {
      useLeaving.setState({ leaving: true });
      return leaveBrowser(personId);
    },
    onSuccess: () => window.location.assign('/sign-in'),
    onError: () => {
      useLeaving.setState({ leaving: false });
      setAsks(true);
    },
  });
  const title =
    count === 0 ? 'Sign out' : `${countOf(count, 'answer')} ${count === 1 ? 'is' : 'are'} not sent yet`;
  return {
    signOut: () => (count > 0 ? setAsks(true) : leave.mutate()),
    dialog: asks ? (
      <Dialog title={title} onClose={() => setAsks(false)}>
        {count > 0 ? (
          <p>
            {count === 1 ? 'It stays' : 'They stay'} in this browser under your name and{' '}
            {count === 1 ? 'goes' : 'go'} out when you sign in here again.
          </p>
        ) : null}
        <Problem error={leave.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsks(false)} data-autofocus>
            Stay
          </Button>
          <Button loading={leave.isPending} onClick={() => leave.mutate()}>
            Sign out
          </Button>
        </Group>
      </Dialog>
    ) : null,
  };
}
