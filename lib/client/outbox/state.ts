import { create } from 'zustand';
import { useStanding } from '../standing.ts';
import { countAnswers } from './entry.ts';
import type { OutboxSnapshot } from './outbox.ts';

/** The outbox as the shell and the pages show it. */
export const useOutbox = create<OutboxSnapshot>(() => ({ waiting: [], refused: [], connection: 'online' }));

export interface OutboxState {
  readonly kind: 'saved' | 'waiting' | 'offline' | 'signed-out';
  /** Answers kept in this browser and not yet with the server. */
  readonly count: number;
  readonly refused: number;
  /** `saved`, `3 waiting`, `offline, 41 kept` */
  readonly text: string;
}

/** Says where this person's answers are, in the top bar's words. */
export function describeOutbox({ waiting, refused, connection }: OutboxSnapshot): OutboxState {
  const count = countAnswers(waiting);
  const facts = { count, refused: countAnswers(refused) };
  if (connection === 'offline') return { ...facts, kind: 'offline', text: `offline, ${count} kept` };
  if (connection === 'signed-out')
    return { ...facts, kind: 'signed-out', text: count > 0 ? `signed out, ${count} kept` : 'signed out' };
  if (count > 0) return { ...facts, kind: 'waiting', text: `${count} waiting` };
  return { ...facts, kind: 'saved', text: 'saved' };
}

/** For the top bar: renders again only when the words change. */
export function useOutboxState(): OutboxState {
  const waiting = useOutbox((state) => state.waiting);
  const refused = useOutbox((state) => state.refused);
  const found = useOutbox((state) => state.connection);
  const isOurs = useStanding((state) => state.session === 'ours');
  // Other calls learn of a session's end too, also while nothing waits to be sent.
  const connection = found === 'online' && !isOurs ? 'signed-out' : found;
  return describeOutbox({ waiting, refused, connection });
}
