/** The page that lays these runs side by side, older first. */
export function compareAddress(runs: readonly number[]): string {
  return `/train/compare?runs=${runs.toSorted((a, b) => a - b).join(',')}`;
}
