import { v7 as uuidV7 } from 'uuid';
import { api } from '@/lib/contract/api.ts';
import { ApiError, call } from '../api.ts';
import { deliver } from './deliver.ts';
import type { Delivered } from './entry.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { useOutbox } from './state.ts';
import { openOutboxStore } from './store.ts';
import { oneTabAtATime } from './turn.ts';

/** Long enough to cost nothing, short enough that a sign-in elsewhere is seen before much could go out. */
const SESSION_TRUST_MS = 5000;

type DeliveryListener = (delivered: Delivered) => void;
const listeners = new Set<DeliveryListener>();

/** Calls `listener` for every entry that the server has recorded; returns how to stop. */
export function onDelivered(listener: DeliveryListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(delivered: Delivered): void {
  for (const listener of listeners) listener(delivered);
}

/** To the other tabs: something of this person's was kept, or recorded. */
interface TabMessage {
  readonly author: string;
  readonly delivered: Delivered | null;
}

interface Running {
  readonly author: string;
  readonly outbox: Promise<Outbox>;
  readonly stop: () => void;
}
let running: Running | null = null;

/**
 * The outbox of the person signed in: opened once a page, it sends whatever was kept from before and whatever is put
 * into it. Starting it for someone else stops the former person's.
 */
export function startOutbox(author: string): Promise<Outbox> {
  if (running?.author === author) return running.outbox;
  running?.stop();
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('halyard-outbox') : null;
  const opened = open(author, channel);
  const wake = () =>
    void opened.then((outbox) => outbox.wake()).catch((error: unknown) => console.error('outbox:', error));
  const wakeIfVisible = () => document.visibilityState === 'visible' && wake();
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wakeIfVisible);
  channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.author !== author) return;
    // What another tab sent may be what this one waits for, such as a window that comes back.
    if (data.delivered) tell(data.delivered);
    wake();
  });
  running = {
    author,
    outbox: opened,
    stop() {
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wakeIfVisible);
      channel?.close();
      void opened.then((outbox) => outbox.stop());
    },
  };
  wake();
  return opened;
}

async function open(author: string, channel: BroadcastChannel | null): Promise<Outbox> {
  const store = await openOutboxStore();
  const holder = uuidV7();
  const locks = globalThis.isSecureContext ? navigator.locks : undefined;
  const outbox = createOutbox({
    author,
    store,
    oneTab: oneTabAtATime(store, holder, locks, Date.now),
    deliver,
    isAuthorSignedIn: sessionCheck(author),
    onChange: (snapshot) => useOutbox.setState(snapshot),
    onDelivered(delivered) {
      tell(delivered);
      channel?.postMessage({ author, delivered } satisfies TabMessage);
    },
    later(work, ms) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  });
  await outbox.look();
  return {
    ...outbox,
    async put(entry) {
      const kept = await outbox.put(entry);
      // All tabs show what waits, whichever sends it.
      channel?.postMessage({ author, delivered: null } satisfies TabMessage);
      return kept;
    },
  };
}

function sessionCheck(author: string): () => Promise<boolean> {
  let trustedUntil = 0;
  return async () => {
    // Nobody signs in elsewhere while this tab is the one being looked at.
    if (document.visibilityState === 'visible' && Date.now() < trustedUntil) return true;
    try {
      const me = await call(api.me);
      if (me.id !== author) return false;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
    trustedUntil = Date.now() + SESSION_TRUST_MS;
    return true;
  };
}
