import { api } from '@/lib/contract/api.ts';
import type { Annotation, LabelItem, QueueProgress } from '@/lib/contract/label.ts';
import { call } from '../api.ts';

/** Enough to walk back through a long stretch of work after a reload. */
const HISTORY = 100;

export interface Claimed {
  readonly items: readonly LabelItem[];
  /** Of the leases named in the claim, those still this person's. */
  readonly held: readonly string[];
  readonly empty: string | null;
}

/** What labelling asks of the server beside sending answers. All throw ApiError or OfflineError. */
export interface LabelBackend {
  claim(queueId: number, count: number, holding: readonly string[]): Promise<Claimed>;
  /** @returns the leases that are still this person's */
  renew(leaseIds: readonly string[]): Promise<readonly string[]>;
  release(leaseIds: readonly string[]): Promise<void>;
  /** Standing answers, newest first. */
  answers(queueId: number): Promise<readonly Annotation[]>;
  progress(queueId: number): Promise<QueueProgress>;
}

export const serverBackend: LabelBackend = {
  claim: (id, count, holding) =>
    call(api.claimItems, { params: { id }, body: { count, holding: [...holding] } }),
  async renew(leaseIds) {
    return (await call(api.renewLeases, { body: { leaseIds: [...leaseIds] } })).held;
  },
  async release(leaseIds) {
    await call(api.releaseLeases, { body: { leaseIds: [...leaseIds] } });
  },
  async answers(queueId) {
    return (await call(api.myAnswers, { query: { queueId, limit: HISTORY } })).answers;
  },
  progress: (id) => call(api.queueProgress, { params: { id } }),
};
