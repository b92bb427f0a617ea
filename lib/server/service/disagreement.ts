import { CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { DISAGREEMENT_PAGE, type Disagreement } from '@/lib/contract/disagreement.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { countAgreement, findDisagreements } from '../repo/disagreement.ts';
import { findNamedWindows } from '../repo/window.ts';
import { snapshotColumns } from './label-item.ts';
import { requireVersion } from './model.ts';

interface Asked {
  readonly name: string;
  readonly against: string;
  readonly says?: ClassId | undefined;
  readonly other?: ClassId | undefined;
  readonly order: 'gap' | 'newest';
  readonly page: number;
}

/** A page of the stored windows of which two versions say different classes, and how often each pair of classes is said. */
export async function listDisagreements(
  actor: Actor,
  { name, against, says, other, order, page }: Asked,
): Promise<{ windows: Disagreement[]; counts: number[][] }> {
  requireRole(actor, 'admin');
  const [first, second] = [await requireVersion(name), await requireVersion(against)];
  const rows = await findDisagreements({
    firstId: first.id,
    secondId: second.id,
    says: says === undefined ? null : classIndex(says),
    other: other === undefined ? null : classIndex(other),
    order,
    limit: DISAGREEMENT_PAGE,
    offset: page * DISAGREEMENT_PAGE,
  });
  const named = await findNamedWindows(rows.map(({ windowId }) => windowId));
  return {
    windows: rows.flatMap((row) => {
      const window = named.get(row.windowId);
      if (!window) return [];
      return [
        {
          windowId: row.windowId,
          series: window.series,
          ts: window.ts,
          label: row.label,
          first: { class: CLASS_IDS[row.first], probability: row.ofFirst },
          second: { class: CLASS_IDS[row.second], probability: row.ofSecond },
          gap: row.gap,
          snapshot: snapshotColumns(window),
        },
      ];
    }),
    counts: await countAgreement(first.id, second.id),
  };
}
