import type { ShownWindow } from '@/lib/contract/window.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { findWindowsOfSnapshots } from '../repo/window.ts';
import { snapshotColumns } from './label-item.ts';

/** The windows that hold these bars; two series that are alike to the bit have one each. */
export async function showWindows(
  actor: Actor,
  { hashes }: { hashes: readonly string[] },
): Promise<{ windows: ShownWindow[] }> {
  requireRole(actor, 'admin');
  const found = await findWindowsOfSnapshots(hashes);
  return {
    windows: found.map(({ snapshot, ...row }) => ({
      ...row,
      snapshot: snapshotColumns({ ...row, snapshot }),
    })),
  };
}
