import { useOutbox } from '@/lib/client/outbox/state.ts';

/** Whether the answer to a window has not reached the server yet, which tells some things only after it. */
export function useOnItsWay(windowId: string | null): boolean {
  return useOutbox(({ waiting }) =>
    waiting.some((entry) => entry.kind === 'annotation' && entry.input.windowId === windowId),
  );
}
