import { countOf } from '@/components/figure/format.ts';
import type { OthersWaiting } from '@/lib/client/outbox/others.ts';
import type { OutboxState } from '@/lib/client/outbox/state.ts';

const verb = (count: number, one: string, many: string) => (count === 1 ? one : many);

interface WhatWaits {
  readonly title: string;
  readonly text: string;
  /** Signing in is what helps. */
  readonly signIn: boolean;
}

/** Where a person's answers are and what becomes of them, in sentences. */
export function whatWaits({ kind, count }: OutboxState, name: string): WhatWaits {
  const goOut = verb(count, 'goes out', 'go out');
  const kept = `${countOf(count, 'answer')} by ${name} ${verb(count, 'is', 'are')} kept in this browser`;
  switch (kind) {
    case 'saved':
      return { title: 'Everything is saved', text: 'The server has every answer.', signIn: false };
    case 'waiting':
      return {
        title: `${countOf(count, 'answer')} ${verb(count, 'is', 'are')} on the way`,
        text: 'Kept in this browser until the server has them, also if this tab is closed.',
        signIn: false,
      };
    case 'offline':
      return {
        title: 'The server cannot be reached',
        text: `${kept} and ${goOut} by ${verb(count, 'itself', 'themselves')} when it is back. Go on, or close the tab: nothing is lost.`,
        signIn: false,
      };
    case 'signed-out':
      return {
        title: 'You are signed out',
        text:
          count === 0
            ? `Nothing waits. Sign in as ${name} to go on.`
            : `${kept}. Sign in as ${name} and ${verb(count, 'it goes', 'they go')} out.`,
        signIn: true,
      };
  }
}

/** Whose answers wait besides, and what sends them. */
export function othersWords({ name, count }: OthersWaiting): string {
  const who = name ?? 'somebody else';
  return `${countOf(count, 'answer')} by ${who} ${verb(count, 'waits', 'wait')} in this browser and ${verb(count, 'goes', 'go')} out when ${name ?? 'they'} ${verb(name ? 1 : 2, 'signs', 'sign')} in here.`;
}
