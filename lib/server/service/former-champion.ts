import type { AliasMove } from '../repo/alias.ts';
import type { VersionRow } from '../repo/model.ts';

/**
 * What one click goes back to. A promotion puts a version on top of the former ones, a rollback takes those above it
 * away: going back twice comes to the champion before that, not to the one just left.
 * @param moves of the champion, the oldest first
 */
export function formerOf(moves: readonly AliasMove[]): VersionRow | null {
  const stack: VersionRow[] = [];
  for (const { change, version } of moves) {
    const below = stack.findIndex(({ id }) => id === version.id);
    if (change === 'rollback' && below >= 0) stack.splice(below);
    else if (stack.at(-1)?.id === version.id) stack.pop();
    stack.push(version);
  }
  return stack.slice(0, -1).findLast(({ archivedAt }) => archivedAt === null) ?? null;
}
