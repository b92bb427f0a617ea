import { api } from '@/lib/contract/api.ts';
import type { Annotation, Hold, LabelItem, QueueProgress } from '@/lib/contract/label.ts';
import { call } from '../api.ts';

/** Enough to walk back through a long stretch of work after a reload. */
const HISTORY = 100;

export interface Claimed {
  readonly items: readonly LabelItem[];
  /** Of the leases named in the claim, those still this person's. */
  readonly held: readonly string[];
  readonly empty: string | null;
}

export interface ClaimInput {
  readonly count: number;
  /** Leases whose windows are here already. */
  readonly holding: readonly string[];
  readonly hold: Hold;
}

export interface Renewed {
  /** The leases that are still this person's. */
  readonly held: readonly string[];
  readonly expiresAt: string;
}

/** What labelling asks of the server beside sending answers. All throw ApiError or OfflineError. */
export interface LabelBackend {
  claim(queueId: number, what: ClaimInput): Promise<Claimed>;
  /** @param ready those of the leases that come into view soon */
  renew(leaseIds: readonly string[], ready: readonly string[]): Promise<Renewed>;
  release(leaseIds: readonly string[]): Promise<void>;
  /** Standing answers, newest first. */
  answers(queueId: number): Promise<readonly Annotation[]>;
  progress(queueId: number): Promise<QueueProgress>;
}

export const serverBackend: LabelBackend = {
  claim: (id, { count, holding, hold }) =>
    call(api.claimItems, { params: { id }, body: { count, holding: [...holding], hold } }),
  renew: (leaseIds, ready) => call(api.renewLeases, { body: { leaseIds: [...leaseIds], ready: [...ready] } }),
  async release(leaseIds) {
    await call(api.releaseLeases, { body: { leaseIds: [...leaseIds] } });
  },
  async answers(queueId) {
    return (await call(api.myAnswers, { query: { queueId, limit: HISTORY } })).answers;
  },
  progress: (id) => call(api.queueProgress, { params: { id } }),
};
