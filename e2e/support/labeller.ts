import 'fake-indexeddb/auto';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { addressOf, type CallInput, type CallOutput, OfflineError, refusalOf } from '../../lib/client/api.ts';
import type { LabelBackend } from '../../lib/client/label/backend.ts';
import type { LabelStore } from '../../lib/client/label/label-state.ts';
import { createLabelStore } from '../../lib/client/label/label-store.ts';
import type { Delivered, OutboxEntry } from '../../lib/client/outbox/entry.ts';
import { createOutbox, type Outbox, type OutboxSnapshot } from '../../lib/client/outbox/outbox.ts';
import { type OutboxStore, openOutboxStore } from '../../lib/client/outbox/store.ts';
import { oneTabAtATime } from '../../lib/client/outbox/turn.ts';
import { openReserveDatabase, type ReserveDatabase } from '../../lib/client/reserve/database.ts';
import { createReserve } from '../../lib/client/reserve/reserve.ts';
import { holderAmong } from '../../lib/client/reserve/testing/holder.ts';
import { api } from '../../lib/contract/api.ts';
import { CLASS_IDS } from '../../lib/contract/classes.ts';
import { PAGE_OF_HEADER } from '../../lib/contract/common.ts';
import type { Endpoint } from '../../lib/contract/endpoint.ts';
import type { Random } from '../../lib/core/random.ts';

const HEARTBEAT_MS = 30_000;
const PATIENCE_MS = 15_000;

interface Seat {
  readonly origin: string;
  readonly cookie: string;
  readonly personId: string;
  readonly queueId: number;
}

/** One open tab of somebody: the label page without a screen. */
interface Tab {
  readonly store: LabelStore;
  readonly outbox: Outbox;
  readonly die: () => Promise<void>;
}

/**
 * Somebody at work, over real HTTP: the outbox, the reserve and the label store of the app itself, on a browser's storage
 * in memory. Everything that they were told is kept is in `given`.
 */
export class Labeller {
  /** Ids of everything that was put into the outbox. */
  readonly given: string[] = [];
  readonly #seat: Seat;
  readonly #random: Random;
  readonly #present = new Set<string>();
  readonly #outboxStore: Promise<OutboxStore>;
  readonly #reserve: Promise<ReserveDatabase>;
  #kept: OutboxSnapshot = { waiting: [], refused: [], connection: 'online' };
  #tab: Tab | null = null;

  constructor(seat: Seat, random: Random) {
    this.#seat = seat;
    this.#random = random;
    this.#outboxStore = openOutboxStore(`outbox of ${seat.personId}`);
    this.#reserve = openReserveDatabase(`reserve of ${seat.personId}`);
  }

  get waiting(): number {
    return this.#kept.waiting.length;
  }

  get refused(): readonly OutboxEntry[] {
    return this.#kept.refused;
  }

  /** Labels until `until`: mostly answers, some undone, and now and then the tab is killed and opened again. */
  async work(until: number, paceMs: number): Promise<void> {
    this.#tab ??= await this.#open();
    let beat = Date.now() + HEARTBEAT_MS * this.#random.next();
    while (Date.now() < until) {
      await sleep(paceMs * (0.5 + this.#random.next()));
      const dice = this.#random.next();
      if (dice < 0.004) {
        await this.#tab.die();
        this.#tab = await this.#open();
      }
      const { current, answer, confirm, skip, undo, refill, renew } = this.#tab.store.getState();
      if (current === null) await refill();
      else if (dice < 0.05) await undo();
      else if (dice < 0.07) await skip('unclear');
      else if (dice < 0.5) await confirm();
      else await answer(this.#random.pick(CLASS_IDS));
      if (Date.now() > beat) {
        beat = Date.now() + HEARTBEAT_MS;
        await renew(false);
      }
    }
  }

  /** Sends what waits until nothing does, or the time is over. */
  async finish(until: number): Promise<void> {
    while (this.waiting > 0 && Date.now() < until) {
      await this.#tab?.outbox.wake();
      await sleep(500);
    }
    await this.#tab?.die();
  }

  async #open(): Promise<Tab> {
    const { personId: author, queueId } = this.#seat;
    const store = await this.#outboxStore;
    const holder = holderAmong(this.#present);
    const timers = new Set<NodeJS.Timeout>();
    const label = createLabelStore({
      author,
      queueId,
      backend: this.#backend(),
      reserve: createReserve(() => this.#reserve, { author, queueId }, holder),
      put: async (entry) => {
        const kept = await outbox.put(entry);
        if (kept.kind === 'annotation') this.given.push(kept.input.id);
        return kept;
      },
      waiting: () => this.#kept.waiting,
      tellTabs: () => undefined,
      now: Date.now,
      newId: uuidV7,
    });
    const outbox = createOutbox({
      author,
      store,
      oneTab: oneTabAtATime(store, uuidV7(), undefined, Date.now),
      deliver: (entry) => this.#deliver(entry),
      isAuthorSignedIn: async () => true,
      onChange: (snapshot) => {
        this.#kept = snapshot;
      },
      onDelivered: (delivered) => label.getState().delivered(delivered),
      later(work, ms) {
        const timer = setTimeout(work, ms);
        timers.add(timer);
        return () => clearTimeout(timer);
      },
      random: () => this.#random.next(),
    });
    await outbox.look();
    void outbox.wake();
    await label.getState().start();
    return {
      store: label,
      outbox,
      die: async () => {
        holder.die();
        label.setState({ left: true });
        for (const timer of timers) clearTimeout(timer);
        await outbox.stop();
      },
    };
  }

  #backend(): LabelBackend {
    return {
      claim: (id, { count, holding, hold }) =>
        this.#call(api.claimItems, { params: { id }, body: { count, holding: [...holding], hold } }),
      renew: (leaseIds, ready) =>
        this.#call(api.renewLeases, { body: { leaseIds: [...leaseIds], ready: [...ready] } }),
      release: async (leaseIds) => {
        await this.#call(api.releaseLeases, { body: { leaseIds: [...leaseIds] } });
      },
      answers: async (queueId) =>
        (await this.#call(api.myAnswers, { query: { queueId, limit: 30 } })).answers,
      progress: (id) => this.#call(api.queueProgress, { params: { id } }),
    };
  }

  async #deliver(entry: OutboxEntry): Promise<Delivered> {
    if (entry.kind !== 'annotation') throw new Error(`nobody here gives a ${entry.kind}`);
    return { ...entry, receipt: await this.#call(api.annotate, { body: entry.input }) };
  }

  /** @throws ApiError, OfflineError as the browser's own client */
  async #call<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<CallOutput<E>> {
    const { origin, cookie, personId } = this.#seat;
    const { body, ...rest } = input as { body?: unknown };
    let response: Response;
    let answered: unknown;
    try {
      response = await fetch(`${origin}${addressOf(endpoint, rest)}`, {
        method: endpoint.method,
        headers: { cookie, origin, [PAGE_OF_HEADER]: personId, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (response.ok) answered = await response.json();
    } catch (error) {
      throw new OfflineError(error);
    }
    if (!response.ok) throw await refusalOf(response);
    return endpoint.out.parse(answered) as CallOutput<E>;
  }
}
