import { api } from '@/lib/contract/api.ts';
import { call } from '../api.ts';
import type { Delivered, OutboxEntry } from './entry.ts';

/** Sends one entry; a repeat of one that is recorded already is answered the same. @throws ApiError, OfflineError */
export async function deliver(entry: OutboxEntry): Promise<Delivered> {
  switch (entry.kind) {
    case 'annotation':
      return { ...entry, receipt: await call(api.annotate, { body: entry.input }) };
    case 'page':
      return { ...entry, receipt: await call(api.submitPage, { body: entry.input }) };
    case 'pageRetraction': {
      const { retracts, answeredAt } = entry;
      const receipt = await call(api.retractPage, { params: { id: retracts.id }, body: { answeredAt } });
      return { ...entry, receipt };
    }
  }
}
