import { api } from '@/lib/contract/api.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { Share } from '@/lib/contract/gold.ts';
import type { PageSize } from '@/lib/contract/grid.ts';
import type { LabelItem } from '@/lib/contract/label.ts';
import { call } from '../api.ts';
import { type LabelBackend, serverBackend } from './backend.ts';

interface ClaimedPage {
  readonly items: readonly LabelItem[];
  /** Of the leases named in the claim, those still this person's. */
  readonly held: readonly string[];
  readonly empty: string | null;
  readonly catchRate: Share;
}

/** What the grid asks of the server beside sending pages. All throw ApiError or OfflineError. */
export interface GridBackend extends Pick<LabelBackend, 'renew' | 'release' | 'progress'> {
  claimPage(
    queueId: number,
    asked: {
      readonly suggested: ClassId;
      readonly size: PageSize;
      readonly holding: readonly string[];
    },
  ): Promise<ClaimedPage>;
}

export const serverGridBackend: GridBackend = {
  ...serverBackend,
  claimPage: (id, { suggested, size, holding }) =>
    call(api.claimPage, { params: { id }, body: { class: suggested, size, holding: [...holding] } }),
};
