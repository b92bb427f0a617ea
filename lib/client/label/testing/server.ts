import { v7 as uuidV7 } from 'uuid';
import type { Annotation, AnnotationInput, Hold, LabelItem, QueueProgress } from '@/lib/contract/label.ts';
import { OfflineError } from '../../api.ts';
import type { Delivered, OutboxEntry } from '../../outbox/entry.ts';
import type { ClaimInput, LabelBackend } from '../backend.ts';

export const START = Date.parse('2026-01-01T00:00:00.000Z');
export const HOUR = 3_600_000;
const BARS = 64;
const columns = {
  ts: Array.from({ length: BARS }, (_, i) => i * 3_600_000),
  open: new Array<number>(BARS).fill(10),
  high: new Array<number>(BARS).fill(11),
  low: new Array<number>(BARS).fill(9),
  close: new Array<number>(BARS).fill(10),
  volume: new Array<number>(BARS).fill(1),
  takerBuyVolume: new Array<null>(BARS).fill(null),
};
const perClass = (n: number): QueueProgress['targets'] => ({
  flag: n,
  wedge: n,
  blowoff: n,
  wick_exhaustion: n,
  none: n,
});

export type LabelServer = ReturnType<typeof createServer>;

type Answer = Exclude<AnnotationInput, { kind: 'retraction' }>;

/** Bars that close higher each time. */
const rising = {
  ...columns,
  high: columns.high.map((price, i) => price + i),
  low: columns.low.map((price, i) => price + i),
  close: columns.close.map((price, i) => price + i),
};

/**
 * The server's rules that matter here, in memory: leases, answers by id, retractions that lease back.
 * @param trend whether prices rise from bar to bar; otherwise they stand still
 */
export function createServer(windows: number, { trend = false } = {}) {
  const bars = trend ? rising : columns;
  const items = Array.from({ length: windows }, (_, i) => ({ itemId: String(i + 1), windowId: uuidV7() }));
  const leases = new Map<string, { itemId: string; hold: Hold }>();
  const answers = new Map<string, AnnotationInput>();
  function standing(): Answer[] {
    const takenBack = new Set(
      [...answers.values()].flatMap((a) => (a.kind === 'retraction' ? [a.retractsId] : [])),
    );
    return [...answers.values()].filter((a): a is Answer => a.kind !== 'retraction' && !takenBack.has(a.id));
  }
  function lease(itemId: string, hold: Hold, leaseId: string = uuidV7()): LabelItem {
    leases.set(leaseId, { itemId, hold });
    const found = items.find((one) => one.itemId === itemId);
    if (!found) throw new Error(`no item ${itemId}`);
    return {
      ...found,
      leaseId,
      leaseExpiresAt: new Date(START + (hold === 'offline' ? 12 : 1) * HOUR).toISOString(),
      series: { id: 1, venue: 'demo', symbol: 'ALPHA', timeframe: '1h' },
      ts: columns.ts[BARS - 1],
      snapshot: { timeframeMs: 3_600_000, bars, state: null },
      voices: null,
      suggestion: { class: 'flag', kind: 'event', direction: 1, poleKatr: 5, votes: [] },
    };
  }
  const server = {
    items,
    answers,
    leases,
    online: true,
    /** Receipts wait for it. */
    slowReceipt: Promise.resolve(),
    claims: [] as ClaimInput[],
    standing,
    /** As if these windows had been leased to somebody else. */
    giveToOthers(windowIds: readonly string[]) {
      const gone = items.filter(({ windowId }) => windowIds.includes(windowId));
      for (const one of gone) items.splice(items.indexOf(one), 1);
      const ids = gone.map(({ itemId }) => itemId);
      for (const [lease, { itemId }] of leases) if (ids.includes(itemId)) leases.delete(lease);
    },
    async deliver(entry: OutboxEntry): Promise<Delivered> {
      if (entry.kind !== 'annotation') throw new Error(`a ${entry.kind} has no place here`);
      reach();
      const { input } = entry;
      answers.set(input.id, input);
      const { itemId } = input;
      for (const [lease, held] of leases) if (held.itemId === itemId) leases.delete(lease);
      const item = input.kind === 'retraction' && itemId !== null ? lease(itemId, 'ready') : null;
      await server.slowReceipt;
      return { ...entry, receipt: { annotation: annotationOf(input), item, reason: null, gold: null } };
    },
    backend: {
      async claim(_queue: number, input: ClaimInput) {
        reach();
        server.claims.push(input);
        const { count, holding, hold } = input;
        const held = holding.filter((lease) => leases.has(lease));
        const answered = new Set(standing().map((a) => a.itemId));
        // Whoever asks holds all leases here: those that they do not name come again, first of all.
        const again = [...leases].filter(([lease]) => !holding.includes(lease)).slice(0, count);
        const leased = new Set([...leases.values()].map((one) => one.itemId));
        const next = items
          .filter(({ itemId }) => !answered.has(itemId) && !leased.has(itemId))
          .slice(0, count - again.length);
        const given = [
          ...again.map(([leaseId, { itemId }]) => lease(itemId, hold, leaseId)),
          ...next.map(({ itemId }) => lease(itemId, hold)),
        ];
        return {
          items: given,
          held,
          empty: given.length < count ? 'Every window of this queue is answered.' : null,
        };
      },
      async renew(ids: readonly string[], ready: readonly string[]) {
        reach();
        const held = ids.filter((id) => leases.has(id));
        for (const [id, lease] of leases) if (ready.includes(id)) leases.set(id, { ...lease, hold: 'ready' });
        return { held, expiresAt: new Date(START + HOUR).toISOString() };
      },
      async release(ids: readonly string[]) {
        reach();
        for (const id of ids) leases.delete(id);
      },
      async answers() {
        reach();
        return standing().map(annotationOf).reverse();
      },
      async progress(queueId: number): Promise<QueueProgress> {
        reach();
        const labelled = perClass(0);
        for (const answer of standing()) if (answer.kind === 'label') labelled[answer.label]++;
        return {
          queueId,
          name: 'Seeds',
          targets: perClass(2000),
          labelled,
          remaining: items.length - standing().length,
          total: items.length,
          mine: { answers: 0, perMinute: null },
        };
      },
    } satisfies LabelBackend,
  };
  function reach(): void {
    if (!server.online) throw new OfflineError('away');
  }
  return server;
}

function annotationOf(input: AnnotationInput): Annotation {
  return {
    id: input.id,
    windowId: input.windowId,
    itemId: input.itemId,
    kind: input.kind,
    label: input.kind === 'label' ? input.label : null,
    skipReason: input.kind === 'skip' ? input.skipReason : null,
    retractsId: input.kind === 'retraction' ? input.retractsId : null,
    suggestedClass: 'flag',
    note: input.note ?? null,
    marks: (input.kind === 'label' && input.marks) || null,
    poleKatr: null,
    guideVersion: input.guideVersion ?? null,
    surplus: false,
    answeredAt: input.answeredAt,
  };
}
